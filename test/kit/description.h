#pragma once
#include "row_json.h"
#include "server/exchange.h"

#include <ksqldb/server_commands.h>
#include <ksqldb/testing/answer.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ksqldb::testing {

using std::chrono::milliseconds;

namespace detail {

/// An error as ksqlDB says it.
struct Refusal {
    int code = 0;
    std::string message;
};

/// Throws Error(InvalidArgument) for a code whose first three digits are no HTTP status of an
/// error.
Refusal refusalOf(int code, std::string_view message);

/// What an Answer says.
struct Description {
    enum class Kind { Nothing, Rows, Lines, Status, Refusal, Http, Silent };
    struct Element {
        std::string text;
        bool isTombstone = false;
    };
    struct Http {
        int status = 200;
        std::string body;
        server::Headers headers;
    };

    Kind kind = Kind::Nothing;
    Columns columns;
    std::vector<Element> elements;  // rows or lines
    bool ends = false;
    std::optional<Refusal> error;  // behind the rows, or the whole answer
    CommandStatus status;
    Http http;
    milliseconds delay{0};
    milliseconds pace{0};
    struct Break {
        server::AnswerFaults::End how = server::AnswerFaults::End::Reset;
        std::optional<std::size_t> after;  // rows; none: before the head
    };
    std::optional<Break> breaks;
};

/// Answers as described. Where the request is not of a kind that can be answered so, it passes it
/// on, with a hint. `sequenceNumber` is that of the command, where there is one.
void answer(server::Exchange& exchange, const Description& description,
            std::int64_t sequenceNumber);

/// The parts that all answers to queries share.
bool isPush(const std::string& statement);
/// The N of LIMIT N at the end of a statement.
std::optional<std::uint64_t> limitOf(const std::string& statement);
/// An id as ksqlDB gives them to push queries.
std::string pushQueryId(const std::string& statement);

}  // namespace detail

struct Answer::Impl {
    /// Answers one request, or leaves it to the next description.
    void serve(server::Exchange& exchange, std::int64_t sequenceNumber);

    std::mutex mutex;
    detail::Description description;
    std::optional<std::size_t> times;  // left
    std::size_t count = 0;
};

}  // namespace ksqldb::testing
