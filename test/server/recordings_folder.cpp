#include "recordings_folder.h"

#include <fstream>
#include <string>
#include <system_error>

namespace ksqldb::server {
namespace fs = std::filesystem;

std::optional<fs::path> defaultRecordings() {
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (error) return std::nullopt;
    const fs::path folder = program.parent_path();

    // A build leaves the place of its source beside the program, so that an installed program
    // carries no path of the machine that built it.
    std::string source;
    if (std::getline(std::ifstream(folder / "recordings.path"), source) &&
        fs::is_directory(source, error)) {
        return source;
    }
    fs::path installed = (folder / KSQLDB_RECORDINGS_FROM_PROGRAM).lexically_normal();
    if (fs::is_directory(installed, error)) return installed;
    return std::nullopt;
}

}  // namespace ksqldb::server
