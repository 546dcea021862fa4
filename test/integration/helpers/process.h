#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ksqldb::test {

// What the system tells of this process.

struct ThreadState {
    std::string name;
    std::uint64_t blockedSignals = 0;  // bit n - 1 is signal n
    std::uint64_t wakeUps = 0;         // how often it went to sleep by itself, and came back
};

/// By their ids.
std::map<int, ThreadState> threadsNow();
/// Those of the library's Clients, by the names that these give them.
std::map<int, ThreadState> libraryThreadsNow();
/// Sockets, pipes, epolls, eventfds and the like, by their numbers: "socket:[4711]".
std::map<int, std::string> descriptorsNow();

}  // namespace ksqldb::test
