#pragma once

#include "exchange.h"
#include "row_check.h"
#include "schema.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::server {

/// What is odd about the answer to an insert stream. Rows are counted from 0, as ksqlDB does.
/// Without anything said here every row is acknowledged as it comes, each in a part of its own.
struct InsertFaults {
    /// This row is refused, which ends the answer: rows behind it are ignored.
    struct Refuse {
        std::int64_t row = 0;
        InsertRefusal with;
    };
    std::optional<Refuse> refuse;

    /// After so many acknowledgements …
    std::optional<std::int64_t> endAfter;    // the answer ends as if the client had
    std::optional<std::int64_t> resetAfter;  // the stream is reset (RST_STREAM)
    std::optional<std::int64_t> closeAfter;  // the connection is closed
    std::optional<std::int64_t> muteAfter;   // none comes any more, nor an end; rows are still read
    std::optional<std::int64_t> stopReadingAfter;  // rows are not even read any more

    /// What is sent instead of these rows' acknowledgements: garbage, another number, none at all.
    std::map<std::int64_t, std::string> instead;
    /// The acknowledgements of so many rows come together, the last one first.
    std::size_t reversedBy = 1;
    /// Each acknowledgement comes so long after the one before it.
    std::chrono::milliseconds pace{0};
    /// So many of them make a part, or fewer where no further row has come yet.
    std::size_t acksPerPart = 1;
    /// No part is longer; 0: as long as it is.
    std::size_t maxPartSize = 0;
    /// Status and headers come with the first acknowledgement, not before the rows.
    bool lateHead = false;
    /// The last acknowledgement is not followed by a line end.
    bool noLineEndAtEnd = false;
};

/// The streams and tables of a LocalServer that rows can be inserted into, and what was inserted.
/// Rows are checked as ksqlDB checks them before they are acknowledged. *thread-safe*
class Inserts {
public:
    /// Of each target only so many rows are kept; all are counted.
    static constexpr std::size_t maxKept = 100'000;

    /// As in CREATE STREAM: declare("ratings", "id BIGINT KEY, stars INT"). Throws
    /// std::invalid_argument.
    void declare(std::string_view name, std::string_view columns);
    /// Takes any JSON object as a row.
    void declareAny(std::string_view name);
    void declare(Source source);

    /// What is odd about the answers to streams into this target, from now on. A script's own
    /// faults take its place.
    void spoil(std::string_view target, InsertFaults faults);
    /// Refuses one row of those that come for this target, counted from 0 over all streams.
    void refuseRow(std::string_view target, std::size_t row, InsertRefusal with);

    /// Whether it has been declared; by a name as SQL has it, quoted or not.
    bool knows(std::string_view target) const;

    /// The rows that were taken, as they came.
    std::vector<std::string> rows(std::string_view target) const;
    std::size_t count(std::string_view target) const;
    bool waitForCount(std::string_view target, std::size_t count,
                      std::chrono::milliseconds timeout) const;
    /// The first lines of all insert streams so far, as they came.
    std::vector<std::string> arguments() const;
    void forget();

    /// Answers insert streams: LocalServer::on("/inserts-stream", "", …). Also over HTTP/1.1,
    /// which ksqlDB would refuse. Lives no longer than the server.
    std::function<void(Exchange&)> script(InsertFaults faults = {});
    void answer(Exchange& exchange, const std::optional<InsertFaults>& faults = std::nullopt);

private:
    friend class InsertStream;
    struct Target {
        Source source;
        std::vector<std::string> rows;
        std::size_t count = 0;
        InsertFaults faults;
        std::map<std::size_t, InsertRefusal> refusals;  // by row
        std::size_t seen = 0;                           // rows, refused ones included
    };

    std::optional<Source> source(const std::string& name) const;
    InsertFaults faults(const std::string& name) const;
    /// Counts a row that has come, and tells whether it is one that is to be refused.
    std::optional<InsertRefusal> refusalOfNext(const std::string& name);
    void keepArguments(const std::string& line);
    void keepRow(const std::string& name, const std::string& line);

    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::map<std::string, Target> targets_;
    std::vector<std::string> arguments_;
};

}  // namespace ksqldb::server
