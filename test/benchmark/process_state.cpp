#include "process_state.h"

#include "harness.h"

#include <malloc.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace ksqldb::benchmark {

namespace {

std::size_t entriesIn(const char* folder) {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++count;
    return count;
}

std::size_t countOwnThreads() {
    std::size_t count = 0;
    for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
        std::string name;
        std::ifstream(thread.path() / "comm") >> name;
        if (name.rfind("ksqldb-", 0) == 0) ++count;
    }
    return count;
}

}  // namespace

ProcessState ProcessState::now() {
    ProcessState state;
    state.threads = entriesIn("/proc/self/task");
    state.ownThreads = countOwnThreads();
    state.descriptors = entriesIn("/proc/self/fd");
    state.heapBytes = mallinfo2().uordblks;
    state.residentBytes = benchmark::residentBytes();
    return state;
}

bool ProcessState::isLike(const ProcessState& before, std::size_t heapGrowth) const {
    return threads <= before.threads + 8 && ownThreads <= before.ownThreads &&
           descriptors <= before.descriptors + 8 && heapBytes <= before.heapBytes + heapGrowth &&
           residentBytes <= before.residentBytes + (16U << 20);
}

std::string ProcessState::toString() const {
    char text[200];
    std::snprintf(
        text, sizeof text,
        "%zu threads, %zu of them the library's, %zu descriptors, heap %.2f MiB, resident "
        "%.1f MiB",
        threads, ownThreads, descriptors, static_cast<double>(heapBytes) / (1 << 20),
        static_cast<double>(residentBytes) / (1 << 20));
    return text;
}

}  // namespace ksqldb::benchmark
