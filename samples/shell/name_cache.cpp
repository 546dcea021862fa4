#include "name_cache.h"

#include "wait.h"

#include <ksqldb/describe.h>
#include <ksqldb/listings.h>

#include <chrono>
#include <string>
#include <vector>

namespace shell {

namespace {

// A key is pressed: nobody waits longer.
constexpr std::chrono::milliseconds longestWait{2000};
constexpr std::chrono::seconds pauseAfterFailure{5};
constexpr std::size_t mostSources = 8;

ksqldb::CommandOptions brief() { return ksqldb::CommandOptions().timeout(longestWait); }

template <class Listed>
std::vector<std::string> namesOf(const std::vector<Listed>& all) {
    std::vector<std::string> names;
    for (const Listed& one : all) names.push_back(one.name);
    return names;
}

}  // namespace

void NameCache::load() {
    if (isLoaded_) return;
    ksqldb::Client& client = client_();
    names_.streams = namesOf(execute(client, ksqldb::listStreams(), brief()));
    names_.tables = namesOf(execute(client, ksqldb::listTables(), brief()));
    names_.functions = namesOf(execute(client, ksqldb::listFunctions(), brief()));
    isLoaded_ = true;
}

void NameCache::loadColumns(std::string_view statement) {
    std::size_t count = 0;
    for (const std::string& source : sourcesIn(statement, names_)) {
        if (++count > mostSources) return;
        if (names_.columns.count(source) != 0) continue;
        names_.columns[source] =
            namesOf(execute(client_(), ksqldb::describe(source), brief()).fields);
    }
}

Completion NameCache::complete(std::string_view before, std::string_view after) noexcept {
    try {
        try {
            if (std::chrono::steady_clock::now() >= nextTry_) {
                load();
                loadColumns(std::string(before).append(after));
            }
        } catch (const ksqldb::Error&) {
            // Keywords are known without a server, and not each key waits for it.
            nextTry_ = std::chrono::steady_clock::now() + pauseAfterFailure;
        } catch (const CalledOff&) {
            return {};
        }
        return shell::complete(before, after, names_);
    } catch (...) {
        return {};
    }
}

void NameCache::invalidate() {
    names_ = {};
    isLoaded_ = false;
    nextTry_ = {};
}

}  // namespace shell
