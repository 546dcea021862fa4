#include "own_answers.h"

#include "characters.h"
#include "json.h"
#include "own_admin_answers.h"
#include "statement.h"

#include <algorithm>
#include <array>
#include <optional>
#include <regex>
#include <string>
#include <string_view>

namespace ksqldb::server {

namespace {

std::string terminated(const std::string& statement, const std::string& id) {
    JsonWriter json;
    json.StartArray();
    json.StartObject();
    json.Key("@type").String("terminate_query");
    json.Key("statementText").String(statement);
    json.Key("queryId").String(id);
    json.Key("wasTerminated").Bool(true);
    json.Key("warnings").StartArray();
    json.EndArray();
    json.EndObject();
    json.EndArray();
    return json.json();
}

/// The rest of a TERMINATE statement, behind the word; none for other statements.
std::string_view terminateArgument(std::string_view statement) {
    constexpr std::string_view word = "TERMINATE ";
    if (!equalIgnoringCase(statement.substr(0, word.size()), word)) return {};
    return statement.substr(word.size());
}

void answerTerminate(Exchange& exchange, ServerState& state, const std::string& statement) {
    const auto argument = terminateArgument(statement);
    // In back-quotes, or as it is.
    const bool isQuoted = argument.substr(0, 1) == "`";
    const auto idBegin = argument.begin() + (isQuoted ? 1 : 0);
    auto idEnd = isQuoted ? std::find(idBegin, argument.end(), '`')
                          : std::find_if_not(idBegin, argument.end(), isIdentifierChar);
    const auto id = upperCase({idBegin, static_cast<std::size_t>(idEnd - idBegin)});
    if (isQuoted && idEnd != argument.end()) ++idEnd;
    if (idEnd == argument.end() || *idEnd != ';') {
        const auto column = idEnd - argument.begin() + (argument.data() - statement.data());
        const auto message =
            "line 1:" + std::to_string(column + 1) + ": Syntax Error\nExpecting ';'";
        refuse(exchange, 400, statementError(40001, message, statement));
    } else if (state.queries.end(id)) {
        exchange.respond(200, terminated(statement, id), jsonType);
    } else {
        refuse(exchange, 400, statementError(40001, "Unknown queryId: " + id, statement));
    }
}

void answerCloseQuery(Exchange& exchange, ServerState& state) {
    const std::string& body = exchange.request().body;
    rapidjson::Document document;
    document.Parse(body.data(), body.size());
    if (document.HasParseError()) {
        const std::string message = rapidjson::GetParseError_En(document.GetParseError());
        exchange.respond(400, genericError(40000, "Invalid JSON in request: " + message));
        return;
    }
    const std::string id(textMember(document, "queryId"));
    if (id.empty()) {
        exchange.respond(
            400,
            genericError(40000, missingProperty("queryId", body,
                                                "io.confluent.ksql.rest.entity.CloseQueryArgs")));
    } else if (!state.queries.end(id)) {
        exchange.respond(400, genericError(40000, "No query with id " + id));
    } else if (state.closeQueryAnswer == CloseQueryAnswer::Release761) {
        exchange.respond(500, genericError(50000, "On wrong context or worker"));
    } else {
        exchange.respond(200);
    }
}

/// Into what this inserts by INSERT INTO … VALUES. The values go nowhere.
std::optional<std::string> insertTarget(const std::string& statement) {
    static const std::regex insert(R"(INSERT INTO (\w+|`[^`]+`) ?(\([^()]*\) ?)?VALUES\b)",
                                   std::regex::icase);
    std::smatch parts;
    // Only the beginning: std::regex needs stack for what it looks through.
    const std::string beginning = statement.substr(0, 1000);
    if (!isEnded(statement) ||
        !std::regex_search(beginning, parts, insert, std::regex_constants::match_continuous))
        return std::nullopt;
    return parts[1].str();
}

void answerStatement(Exchange& exchange, ServerState& state) {
    const Request& request = exchange.request();
    const std::string path = request.path();
    const std::string statement = normalizedSpace(request.sql());
    if (path == "/query-stream" && request.version == "HTTP/1.0") {
        exchange.respond(400, genericError(40000,
                                           "This endpoint is only available when using "
                                           "HTTP1.1 or HTTP2"));
    } else if (path == "/ksql" && !acceptsJson(request.header("Accept"))) {
        exchange.respond(406);
    } else if (path != "/ksql" && !negotiatedForm(path, request.header("Accept"))) {
        exchange.respond(406);
    } else if (isRefusedPrint(request)) {
        // Its lines have one form only, and the head is chunked before that is known.
        exchange.head(406);
        exchange.lastChunk();
    } else if (path == "/ksql" && !terminateArgument(statement).empty()) {
        answerTerminate(exchange, state, statement);
    } else if (const auto target = insertTarget(statement);
               path == "/ksql" && target && state.inserts.knows(*target)) {
        exchange.respond(200, "[]", jsonType);
    } else {
        const std::string hint = exchange.hint().empty() ? "" : ' ' + exchange.hint();
        exchange.note("not known");
        if (path == "/ksql" && target)
            refuse(exchange, 400,
                   genericError(40000, "Cannot insert values into an unknown stream/table: `" +
                                           identifierName(*target) + '`' + hint));
        else
            refuse(exchange, 400,
                   statementError(40001,
                                  "This stand-in for ksqlDB does not know this statement." + hint,
                                  request.sql()));
    }
}

}  // namespace

void answerItself(Exchange& exchange, ServerState& state) {
    constexpr std::array posted{"/query-stream", "/query",          "/ksql",
                                "/close-query",  "/inserts-stream", "/ksql/terminate"};
    const Request& request = exchange.request();
    const std::string path = request.path();
    if (std::find(posted.begin(), posted.end(), path) == posted.end()) {
        if (answerAdministration(exchange)) return;
        exchange.respond(404, "<html><body><h1>Resource not found</h1></body></html>",
                         {{"content-type", "text/html; charset=utf-8"}});
    } else if (request.method != "POST") {
        exchange.respond(405, {}, {{"allow", "POST"}});
    } else if (path == "/close-query") {
        answerCloseQuery(exchange, state);
    } else if (path == "/ksql/terminate") {
        answerTerminateCluster(exchange);
    } else if (path != "/inserts-stream") {
        answerStatement(exchange, state);
    } else if (request.version == "HTTP/2") {
        state.inserts.answer(exchange);
    } else {
        exchange.respond(400,
                         genericError(40004, "This endpoint is only available when using HTTP2"));
    }
}

void answerUnauthorized(Exchange& exchange, Credentials::Verdict verdict) {
    Headers headers;
    const auto requestedWith = exchange.request().header("X-Requested-With");
    if (verdict == Credentials::Verdict::Wrong &&
        !(requestedWith && equalIgnoringCase(*requestedWith, "XMLHttpRequest"))) {
        headers.emplace_back("WWW-Authenticate", "Basic realm=\"KsqlServer-Props\"");
    }
    exchange.respond(401, genericError(40100, "Unauthorized"), headers);
}

void answerNotReady(Exchange& exchange) {
    exchange.respond(503, genericError(50302, "KSQL is not yet ready to serve requests."));
}

bool isOverLimit(const Request& request, const ServerState& state) {
    const std::string path = request.path();
    const std::size_t limit = state.maxPushQueries;
    if (limit == 0 || (path != "/query-stream" && path != "/query")) return false;
    return upperCase(normalizedSpace(request.sql())).find(" EMIT CHANGES") != std::string::npos &&
           state.queries.count() >= limit;
}

void answerOverLimit(Exchange& exchange, const ServerState& state) {
    const std::string statement = exchange.request().sql();
    const std::string message =
        "Not executing statement(s) '" + statement +
        "' as it would cause the number of active, push queries to exceed the configured limit. "
        "Terminate existing PUSH queries, or increase the 'ksql.max.push.queries' setting via the "
        "'ksql-server.properties' file. Current push query count: " +
        std::to_string(state.queries.count()) +
        ". Configured limit: " + std::to_string(state.maxPushQueries) +
        ".\nStatement: " + statement;
    refuse(exchange, 400, statementError(40001, message, statement));
}

void refuse(Exchange& exchange, int status, std::string_view body, Headers headers) {
    if (exchange.request().path() == "/query-stream") {
        exchange.head(status, headers);
        exchange.chunk(body);
        exchange.lastChunk();
    } else {
        headers.insert(headers.end(), jsonType.begin(), jsonType.end());
        exchange.respond(status, body, headers);
    }
}

}  // namespace ksqldb::server
