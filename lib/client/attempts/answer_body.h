#pragma once
#include <ksqldb/error.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ksqldb::client {

/// Adds what there is room for. False: no more is wanted of it.
bool appendUpTo(std::string& body, std::string_view bytes, std::size_t most);

/// Adds all, or nothing: then it is Error(TooManyBytes).
std::optional<Error> appendWhole(std::string& body, std::string_view bytes, std::size_t most);

}  // namespace ksqldb::client
