#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>

namespace ksqldb::server {

/// A file of its own in the system's directory for such, removed in the end.
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& content) {
        std::string name =
            (std::filesystem::temp_directory_path() / "ksqldb-local-server-XXXXXX").string();
        const int fd = ::mkstemp(name.data());
        if (fd < 0) throw std::runtime_error("cannot make a temporary file: " + name);
        ::close(fd);
        path_ = name;
        std::ofstream(path_, std::ios::binary) << content;
    }
    ~TemporaryFile() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace ksqldb::server
