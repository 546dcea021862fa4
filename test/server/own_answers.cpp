#include "own_answers.h"

#include "json.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

namespace ksqldb::server {

namespace {

const Headers jsonType{{"content-type", "application/json"}};
const Headers standInType{{"content-type", "application/json"}, {"Server", "ksqldb-local-server"}};

constexpr std::string_view infoBody =
    R"({"KsqlServerInfo":{"version":"7.6.1","kafkaClusterId":"ksqldb-local-server",)"
    R"("ksqlServiceId":"default_","serverStatus":"RUNNING"}})";
constexpr std::string_view healthBody =
    R"({"isHealthy":true,"details":{"metastore":{"isHealthy":true},"kafka":{"isHealthy":true},)"
    R"("commandRunner":{"isHealthy":true}},"serverState":"READY"})";

std::string upperCase(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return result;
}

bool isIdentifierChar(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

std::string terminated(const std::string& statement, const std::string& id) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    writer.StartArray();
    writer.StartObject();
    writer.Key("@type");
    writer.String("terminate_query");
    writer.Key("statementText");
    writer.String(statement);
    writer.Key("queryId");
    writer.String(id);
    writer.Key("wasTerminated");
    writer.Bool(true);
    writer.Key("warnings");
    writer.StartArray();
    writer.EndArray();
    writer.EndObject();
    writer.EndArray();
    return {buffer.GetString(), buffer.GetSize()};
}

/// The rest of a TERMINATE statement, behind the word; none for other statements.
std::string_view terminateArgument(std::string_view statement) {
    constexpr std::string_view word = "TERMINATE ";
    if (!equalIgnoringCase(statement.substr(0, word.size()), word)) return {};
    return statement.substr(word.size());
}

void answerTerminate(Exchange& exchange, ServerState& state, const std::string& statement) {
    const auto argument = terminateArgument(statement);
    const auto idEnd = std::find_if_not(argument.begin(), argument.end(), isIdentifierChar);
    const auto id =
        upperCase(argument.substr(0, static_cast<std::size_t>(idEnd - argument.begin())));
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
        const auto message =
            "Invalid JSON in request: Missing required creator property 'queryId' (index 0)\n"
            " at [Source: (byte[])\"" +
            body + "\"; line: 1, column: " + std::to_string(body.size()) +
            "] (through reference chain: "
            "io.confluent.ksql.rest.entity.CloseQueryArgs[\"queryId\"])";
        exchange.respond(400, genericError(40000, message));
    } else if (!state.queries.end(id)) {
        exchange.respond(400, genericError(40000, "No query with id " + id));
    } else if (state.closeQueryAnswer == CloseQueryAnswer::Release761) {
        exchange.respond(500, genericError(50000, "On wrong context or worker"));
    } else {
        exchange.respond(200);
    }
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
    } else if (path == "/ksql" && !terminateArgument(statement).empty()) {
        answerTerminate(exchange, state, statement);
    } else {
        std::string message = "This stand-in for ksqlDB has no recording of this statement.";
        if (!exchange.hint().empty()) message += ' ' + exchange.hint();
        exchange.note("no recording");
        refuse(exchange, 400, statementError(40001, message, request.sql()));
    }
}

}  // namespace

void answerItself(Exchange& exchange, ServerState& state) {
    const Request& request = exchange.request();
    const std::string path = request.path();
    const bool post = request.method == "POST";
    if (path == "/query-stream" || path == "/query" || path == "/ksql" || path == "/close-query" ||
        path == "/inserts-stream") {
        if (!post) {
            exchange.respond(405, {}, {{"allow", "POST"}});
        } else if (path == "/close-query") {
            answerCloseQuery(exchange, state);
        } else if (path == "/inserts-stream") {
            exchange.respond(
                400, genericError(40004, "This endpoint is only available when using HTTP2"));
        } else {
            answerStatement(exchange, state);
        }
    } else if (path == "/info") {
        exchange.respond(200, infoBody, standInType);
    } else if (path == "/healthcheck") {
        exchange.respond(200, healthBody, jsonType);
    } else if (path == "/chc/ready" || path == "/chc/live") {
        exchange.respond(200, "{}", jsonType);
    } else if (path == "/") {
        exchange.respond(307, {}, {{"location", "/info"}});
    } else {
        exchange.respond(404, "<html><body><h1>Resource not found</h1></body></html>",
                         {{"content-type", "text/html; charset=utf-8"}});
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

void refuse(Exchange& exchange, int status, std::string_view body) {
    if (exchange.request().path() == "/query-stream") {
        exchange.head(status);
        exchange.chunk(body);
        exchange.lastChunk();
    } else {
        exchange.respond(status, body, jsonType);
    }
}

}  // namespace ksqldb::server
