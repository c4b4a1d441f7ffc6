// SPDX-License-Identifier: MIT
// The one list of strategies. A new strategy is a header, and two lines here: its include and its
// type. Tests, verification, list, matrices and micro-benchmarks then know it.
#pragma once

#include "runtime/type_list.hpp"
#include "strategies/clone_sigpool.hpp"
#include "strategies/md5sig_pool.hpp"
#include "strategies/mempool.hpp"
#include "strategies/multibuffer.hpp"
#include "strategies/null.hpp"
#include "strategies/onstack.hpp"
#include "strategies/onstack_prepared.hpp"
#include "strategies/per_request_key.hpp"
#include "strategies/per_socket_tfm.hpp"
#include "strategies/percpu_freelist.hpp"
#include "strategies/percpu_pool.hpp"
#include "strategies/percpu_request_key.hpp"
#include "strategies/skb_request.hpp"
#include "strategies/tfm_pool.hpp"

namespace tfm {

using StrategyList = TypeList<Null,                         //
                              PercpuPool,                   //
                              PercpuRequestKey,             //
                              PerSocketTfm,                 //
                              PerRequestKey<KeyForm::raw>,  //
                              TfmPool,                      //
                              SkbRequest,                   //
                              CloneSigpool,                 //
                              Md5sigPool,                   //
                              Onstack,                      //
                              OnstackPrepared,              //
                              Mempool,                      //
                              PercpuFreelist,               //
                              Multibuffer>;

/// Calls f.template operator()<S>() for each strategy. If `key` is prepared, a strategy that has
/// the choice is passed as its type with prepared keys.
template <class F>
void for_each_strategy(KeyForm key, F&& f) {
  StrategyList::for_each([&]<class S>() {
    if constexpr (requires { typename S::WithPreparedKeys; }) {
      if (key == KeyForm::prepared) {
        f.template operator()<typename S::WithPreparedKeys>();
        return;
      }
    }
    f.template operator()<S>();
  });
}
template <class F>
void for_each_strategy(F&& f) {
  StrategyList::for_each(f);
}

/// Calls f for each strategy that has the choice, as its type with prepared keys.
template <class F>
void for_each_prepared_strategy(F&& f) {
  StrategyList::for_each([&]<class S>() {
    if constexpr (requires { typename S::WithPreparedKeys; })
      f.template operator()<typename S::WithPreparedKeys>();
  });
}

}  // namespace tfm
