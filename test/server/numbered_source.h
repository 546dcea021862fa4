#pragma once

#include "local_server.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ksqldb::server {

struct NumberedOptions {
    /// As it stands in the ids of push queries.
    std::string name = "NUMBERS";
    /// 0: a stream with the column N, whose row n is [n]. Else a table of so many keys with the
    /// columns K and N, whose row n is ["k<n % keys>", n].
    std::size_t keys = 0;
    /// A continuation token comes behind each so many rows, by their numbers. A real server sends
    /// one behind what it has read at once.
    std::size_t rowsPerToken = 1;
    /// A stream with other columns than N: their names and types, and the row of a number, as a
    /// JSON array.
    std::vector<std::pair<std::string, std::string>> columns{};
    std::function<std::string(std::uint64_t number)> row{};
};

/// A stream or table whose rows are numbered, so that it can be told which of them were lost or
/// came twice. It grows when the test says so, and lives as long as anybody has it: servers that
/// are killed and started again, and several that make a cluster, serve the same rows. Copies are
/// the same source. *thread-safe*
///
///     NumberedSource source;
///     server.on("/query-stream", "", source.script());
///     source.grow(10);
///
/// Push queries bring new rows, or with auto.offset.reset=earliest all. Scalable ones
/// (ksql.query.push.v2.enabled, not earliest) send continuation tokens where they are enabled, and
/// begin behind the one that comes with a request. All others are pull queries: the rows of the
/// stream, or the newest of each key.
class NumberedSource {
public:
    explicit NumberedSource(const NumberedOptions& options = {});

    /// Adds rows. Push queries bring them at once.
    void grow(std::size_t rows);
    std::uint64_t size() const;
    /// How many answers to push queries have begun so far.
    std::size_t begunQueries() const;
    bool waitForBegunQueries(std::size_t count, std::chrono::milliseconds timeout) const;

    /// Answers queries; a chunk is an element.
    Script script() const;

private:
    class State;
    std::shared_ptr<State> state_;
};

}  // namespace ksqldb::server
