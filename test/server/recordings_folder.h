#pragma once

#include <filesystem>
#include <optional>

namespace ksqldb::server {

/// Where the running program finds recordings when nobody names a folder: the installed ones, or
/// those of the source tree that it was built from. None if neither is there.
std::optional<std::filesystem::path> defaultRecordings();

}  // namespace ksqldb::server
