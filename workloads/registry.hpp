// SPDX-License-Identifier: MIT
// The one list of protocols. A new protocol is a header in protocols/, and here its include, its
// type and its check. Verification, list, matrices and dump then know it.
#pragma once

#include <algorithm>
#include <vector>

#include "runtime/type_list.hpp"
#include "workloads/protocol.hpp"
#include "workloads/protocols/ah.hpp"
#include "workloads/protocols/esp.hpp"
#include "workloads/protocols/ipcomp.hpp"
#include "workloads/protocols/mac80211.hpp"
#include "workloads/protocols/seg6_hmac.hpp"
#include "workloads/protocols/tcp_ao.hpp"
#include "workloads/protocols/tcp_md5.hpp"

namespace tfm {

using ProtocolList = TypeList<TcpAo,     //
                              TcpMd5,    //
                              Seg6Hmac,  //
                              Ah,        //
                              Esp,       //
                              Mac80211,  //
                              Ipcomp>;

static_assert(Protocol<TcpAo> && Protocol<TcpMd5> && Protocol<Seg6Hmac> && Protocol<Ah> &&
              Protocol<Esp> && Protocol<Mac80211> && Protocol<Ipcomp>);

/// Calls f.template operator()<P>() for each protocol.
template <class F>
void for_each_protocol(F&& f) {
  ProtocolList::for_each(f);
}

/// The names of the algorithms that P takes, of any provider.
template <Protocol P>
std::vector<std::string_view> algorithms_of() {
  std::vector<std::string_view> names;
  for (const Algorithm* a : algorithms()) {
    if (P::supports(*a) && std::ranges::find(names, a->name) == names.end())
      names.push_back(a->name);
  }
  return names;
}

}  // namespace tfm
