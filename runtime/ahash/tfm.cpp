// SPDX-License-Identifier: MIT
#include "runtime/ahash/tfm.hpp"

#include "runtime/library/memory.hpp"

namespace tfm::ahash {
namespace {

/// try_module_get(): not from zero, as the last user may be leaving.
bool module_get(Module* module) noexcept {
  if (module == nullptr) return true;
  if (!module->live) return false;
  int users = module->users.load(std::memory_order_relaxed);
  do {
    if (users == 0) return false;
  } while (!module->users.compare_exchange_weak(users, users + 1));
  return true;
}

/// module_put(): atomic_dec_if_positive().
void module_put(Module* module) noexcept {
  if (module == nullptr) return;
  int users = module->users.load(std::memory_order_relaxed);
  while (users > 0 && !module->users.compare_exchange_weak(users, users - 1)) {
  }
}

}  // namespace

bool mod_get(Alg& alg) noexcept {
  if (!module_get(alg.module)) return false;
  alg.users.fetch_add(1);
  return true;
}

void mod_put(Alg& alg) noexcept {
  Module* const module = alg.module;
  alg.users.fetch_sub(1);  // never the last: algorithms of this model stay registered
  module_put(module);
}

void* alloc_tfm(Alg& alg, std::size_t before_bytes, Gfp gfp, Owner owner) noexcept {
  const std::size_t bytes = before_bytes + sizeof(Tfm) + alg.context_bytes;
  auto* const memory = static_cast<std::uint8_t*>(gfp_alloc(bytes, gfp, owner));
  if (memory == nullptr) return nullptr;
  library::set(memory, 0, bytes);
  auto& tfm = *reinterpret_cast<Tfm*>(memory + before_bytes);
  tfm.alg = &alg;
  tfm.node = -1;
  tfm.users.store(1, std::memory_order_relaxed);
  return memory;
}

void* clone_tfm(Tfm& of, std::size_t before_bytes, Owner owner) noexcept {
  if (!mod_get(*of.alg)) [[unlikely]]
    return nullptr;
  void* const memory = alloc_tfm(*of.alg, before_bytes, Gfp::atomic, owner);
  if (memory == nullptr) {
    mod_put(*of.alg);
    return nullptr;
  }
  auto& tfm = *reinterpret_cast<Tfm*>(static_cast<std::uint8_t*>(memory) + before_bytes);
  tfm.flags = of.flags;
  tfm.exit = of.exit;
  return memory;
}

void destroy_tfm(void* memory, std::size_t before_bytes, Tfm& tfm) noexcept {
  if (tfm.users.fetch_sub(1) != 1) return;
  Alg& alg = *tfm.alg;
  if (tfm.exit != nullptr) tfm.exit(tfm);
  mod_put(alg);
  gfp_free_sensitive(memory, before_bytes + sizeof(Tfm) + alg.context_bytes);
}

}  // namespace tfm::ahash
