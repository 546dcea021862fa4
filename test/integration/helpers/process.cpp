#include "process.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

namespace ksqldb::test {

namespace {

namespace fs = std::filesystem;

/// Nothing for a thread that ends meanwhile.
bool read(const fs::path& task, ThreadState& state) {
    std::ifstream status(task / "status");
    std::string line;
    while (std::getline(status, line)) {
        std::istringstream fields(line);
        std::string key;
        fields >> key;
        if (key == "Name:")
            fields >> state.name;
        else if (key == "SigBlk:")
            fields >> std::hex >> state.blockedSignals;
        else if (key == "voluntary_ctxt_switches:")
            fields >> state.wakeUps;
    }
    return !state.name.empty();
}

}  // namespace

std::map<int, ThreadState> threadsNow() {
    std::map<int, ThreadState> threads;
    std::error_code gone;
    for (const auto& task : fs::directory_iterator("/proc/self/task", gone)) {
        ThreadState state;
        if (read(task.path(), state)) threads[std::stoi(task.path().filename())] = state;
    }
    return threads;
}

std::map<int, ThreadState> libraryThreadsNow() {
    std::map<int, ThreadState> threads = threadsNow();
    std::erase_if(threads,
                  [](const auto& thread) { return thread.second.name.rfind("ksqldb-", 0) != 0; });
    return threads;
}

std::map<int, std::string> descriptorsNow() {
    std::map<int, std::string> descriptors;
    for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
        std::error_code gone;  // that of the directory itself
        const std::string target = fs::read_symlink(entry.path(), gone).string();
        if (target.find(":[") != std::string::npos || target.rfind("anon_inode:", 0) == 0)
            descriptors[std::stoi(entry.path().filename())] = target;
    }
    return descriptors;
}

}  // namespace ksqldb::test
