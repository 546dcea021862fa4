#pragma once
#include <utility>

namespace ksqldb::base {

/// Makes what is never destroyed, for a function's static: a program may end while threads of ours
/// still run.
///
///     static const auto& names = base::immortal<std::string>();
template <class T, class... A>
T& immortal(A&&... arguments) {
    return *new T(std::forward<A>(arguments)...);
}

}  // namespace ksqldb::base
