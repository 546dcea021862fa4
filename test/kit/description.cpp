#include "description.h"

#include "command_answer.h"
#include "server/json.h"
#include "server/negotiation.h"
#include "server/own_answers.h"
#include "server/query_answer.h"
#include "server/statement.h"

#include <ksqldb/error.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <regex>

namespace ksqldb::testing::detail {

using server::Exchange;
using server::Form;
using server::QueryAnswer;
using server::Woke;
using Kind = Description::Kind;

namespace {

/// Only the end: std::regex needs stack for what it looks through.
std::string endOf(const std::string& text) {
    return text.substr(text.size() - std::min<std::size_t>(text.size(), 60));
}

bool isQueryPath(const std::string& path) { return path == "/query-stream" || path == "/query"; }

/// Waits before a row. False when the answer is over: the client is gone, or somebody has ended the
/// query.
bool paced(Exchange& exchange, milliseconds pace) {
    return pace.count() == 0 ? !exchange.ended() : exchange.pause(pace) == Woke::Time;
}

/// How many elements follow the header. Where the answer breaks, there would have been more.
std::size_t elementsOf(const Description& description, std::optional<std::uint64_t> limit) {
    std::size_t rows = description.elements.size();
    const auto& breaks = description.breaks;
    if (breaks && breaks->after && *breaks->after <= rows) return rows + 1;
    if (limit && *limit <= rows) return static_cast<std::size_t>(*limit);
    return rows + (description.error ? 1 : 0);
}

void answerRows(Exchange& exchange, const Description& description) {
    const server::Request& request = exchange.request();
    const std::string statement = request.sql();
    const auto form = server::negotiatedForm(request.path(), request.header("Accept"));
    if (!form || *form == Form::Protobuf) return exchange.respond(406);

    const bool push = isPush(statement);
    const std::string id = push ? pushQueryId(statement) : "query_1795465140000";
    std::optional<server::RunningQuery> running;
    if (push) running.emplace(exchange.running(id));
    QueryAnswer answer(exchange, *form, push ? QueryAnswer::Kind::Push : QueryAnswer::Kind::Pull);
    const auto limit = limitOf(statement);
    answer.header(id, description.columns, elementsOf(description, limit));

    std::uint64_t count = 0;
    for (const auto& row : description.elements) {
        if (limit && count == *limit) break;
        if (!paced(exchange, description.pace)) {
            if (exchange.ended()) answer.end();
            return;
        }
        row.isTombstone ? answer.tombstone(row.text) : answer.row(row.text);
        ++count;
    }
    if (limit && count == *limit) return answer.end(true);
    if (description.error) return answer.error(description.error->code, description.error->message);
    // A push query stays open until somebody ends it.
    if (!push || description.ends || exchange.stall() == Woke::QueryEnded) answer.end();
}

void answerLines(Exchange& exchange, const Description& description) {
    if (server::isRefusedPrint(exchange.request())) {
        exchange.head(406);
        return exchange.lastChunk();
    }
    const auto limit = limitOf(exchange.request().sql());
    exchange.head(200);
    std::uint64_t count = 0;
    for (const auto& line : description.elements) {
        if (limit && count == *limit) break;
        if (!paced(exchange, description.pace)) return;
        exchange.chunk(line.text + '\n');
        ++count;
    }
    if (description.ends || (limit && count == *limit)) return exchange.lastChunk();
    exchange.stall();
}

void answerRefusal(Exchange& exchange, const Refusal& refusal) {
    const std::string statement = exchange.request().sql();
    const bool isOfStatement =
        (refusal.code == 40001 || refusal.code == 40002) && !statement.empty();
    server::refuse(exchange, refusal.code / 100,
                   isOfStatement ? server::statementError(refusal.code, refusal.message, statement)
                                 : server::genericError(refusal.code, refusal.message));
}

/// Where the answer breaks, by parts of its body: a query's header is one.
server::AnswerFaults faultsOf(const Description& description) {
    server::AnswerFaults faults;
    faults.how = description.breaks->how;
    faults.beforeHead = !description.breaks->after.has_value();
    if (!faults.beforeHead)
        faults.afterParts = *description.breaks->after + (description.kind == Kind::Rows ? 1 : 0);
    return faults;
}

}  // namespace

Refusal refusalOf(int code, std::string_view message) {
    if (code < 40000 || code > 59999)
        throw Error(ErrorCode::InvalidArgument,
                    "fails(" + std::to_string(code) +
                        "): ksqlDB's codes are its HTTP status with two more digits, 40001");
    return {code, std::string(message)};
}

// The same rule as in lib/protocol/sql_kind.h, which is the library's own.
bool isPush(const std::string& statement) {
    static const std::regex emit(R"((.*\W)?emit (changes|final)( limit \d+)?)");
    const std::string text = server::comparableStatement(statement);
    return server::startsWithWord(text, "select") && std::regex_match(endOf(text), emit);
}

std::optional<std::uint64_t> limitOf(const std::string& statement) {
    static const std::regex limit(R"(.*\blimit (\d{1,18}))");
    const std::string text = server::comparableStatement(statement);
    std::smatch parts;
    const std::string end = endOf(text);
    if (!std::regex_match(end, parts, limit)) return std::nullopt;
    return std::stoull(parts[1].str());
}

std::string pushQueryId(const std::string& statement) {
    static std::atomic<std::uint64_t> number{4971353066622183000};
    const std::string text = server::comparableStatement(statement);
    std::string source;
    const auto from = text.find("from ");
    if (from != std::string::npos) {
        for (const char c : text.substr(from + 5)) {
            if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '`') break;
            if (c != '`') source += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        }
    }
    return "transient_" + source + '_' + std::to_string(++number);
}

void answer(Exchange& exchange, const Description& description, std::int64_t sequenceNumber) {
    const std::string path = exchange.request().path();
    if ((description.kind == Kind::Rows || description.kind == Kind::Lines) && !isQueryPath(path))
        return exchange.pass("It is described as a query, and those go to /query-stream.");
    if (description.kind == Kind::Status && isQueryPath(path))
        return exchange.pass("It is described as no query, and those go to /ksql.");

    exchange.note("described");
    if (description.delay.count() > 0 && exchange.pause(description.delay) != Woke::Time) return;
    if (description.breaks) exchange.spoil(faultsOf(description));
    switch (description.kind) {
        case Kind::Rows:
            return answerRows(exchange, description);
        case Kind::Lines:
            return answerLines(exchange, description);
        case Kind::Status:
            return answerCommand(exchange, description.status, sequenceNumber);
        case Kind::Refusal:
            return answerRefusal(exchange, *description.error);
        case Kind::Http:
            return exchange.respond(description.http.status, description.http.body,
                                    description.http.headers);
        case Kind::Silent:
            exchange.stall();
            return;
        case Kind::Nothing:
            return exchange.respond(200);  // breaks before that
    }
}

}  // namespace ksqldb::testing::detail
