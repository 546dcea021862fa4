#pragma once
#include "transport/headers.h"

#include <cstddef>
#include <string>

namespace ksqldb::client {

/// The headers that an Observer may add to a request, of those that it wants to.
struct ObservedHeaders {
    static constexpr std::size_t most = 32;
    static constexpr std::size_t mostBytes = std::size_t{16} * 1024;

    transport::Headers taken;
    std::string refusal;  // why one was left out, without its value; empty: none was

    static ObservedHeaders from(transport::Headers wanted);
};

}  // namespace ksqldb::client
