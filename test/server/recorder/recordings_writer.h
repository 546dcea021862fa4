#pragma once

#include "../recording.h"

#include <cstddef>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>

namespace ksqldb::server {

/// Writes recordings into a folder, for any thread. What is there already stays.
class RecordingsWriter {
public:
    /// Makes the folder if it is missing. Throws std::filesystem::filesystem_error.
    explicit RecordingsWriter(std::filesystem::path folder);

    /// A name that no other recording has, from a path ("/query-stream") and what was asked there:
    /// "query-stream/select-from-ratings-0003".
    std::string nameFor(std::string_view path, std::string_view statement);
    /// Writes the file of the recording's name, which is there as a whole or not at all, and its
    /// line in INDEX.tsv. If somebody else has taken the name meanwhile, it gets another number.
    /// Throws std::runtime_error, also as a filesystem_error.
    void write(Recording recording);

private:
    std::string numbered(const std::string& name);

    const std::filesystem::path folder_;
    std::mutex mutex_;
    std::size_t number_ = 0;  // the last one
};

}  // namespace ksqldb::server
