#pragma once
#include <cstddef>
#include <string>

namespace shell {

/// What is in a file, at most `limit` bytes of it. Throws std::system_error, also for a folder.
std::string textOf(const std::string& path, std::size_t limit = std::string::npos);

}  // namespace shell
