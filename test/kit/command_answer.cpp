#include "command_answer.h"

#include "json_text.h"
#include "server/schema.h"
#include "server/statement.h"

#include <algorithm>
#include <array>
#include <regex>
#include <string_view>
#include <vector>

namespace ksqldb::testing::detail {

namespace {

using Words = std::vector<std::string>;

/// The first words of a statement, in small letters; names in back-quotes as they are.
Words wordsOf(const std::string& statement) {
    static const std::regex word("`[^`]*`|\\w+");
    // std::regex needs stack for what it looks through.
    const std::string text = server::comparableStatement(statement).substr(0, 500);
    Words words;
    for (std::sregex_iterator found(text.begin(), text.end(), word), end;
         found != end && words.size() < 8; ++found)
        words.push_back(found->str());
    return words;
}

/// Takes words off the front, where they are there.
void skip(Words& words, std::initializer_list<std::string_view> skipped) {
    for (const auto word : skipped)
        if (!words.empty() && words.front() == word) words.erase(words.begin());
}

/// Whether ksqlDB answers such a statement with no element.
bool hasNoElement(const std::string& statement) {
    const Words words = wordsOf(statement);
    const std::string first = words.empty() ? "" : words.front();
    if (first == "insert")
        return server::comparableStatement(statement).find("values(") != std::string::npos;
    constexpr std::array silent{"set", "unset", "define", "undefine"};
    return std::find(silent.begin(), silent.end(), first) != silent.end();
}

JsonWriter& write(JsonWriter& json, const CommandStatus& status) {
    json.StartObject();
    json.Key("status").String(status.status);
    json.Key("message").String(status.message);
    json.Key("queryId");
    status.queryId.empty() ? json.Null() : json.String(status.queryId);
    json.EndObject();
    return json;
}

}  // namespace

std::string commandIdOf(const std::string& statement) {
    Words words = wordsOf(statement);
    if (words.size() < 2) return {};
    const std::string verb = words.front();
    words.erase(words.begin());
    if (verb == "terminate" || verb == "pause" || verb == "resume")
        return verb + '/' + server::identifierName(words.front()) + "/execute";
    skip(words, {"or", "replace", "source"});
    if (words.empty()) return {};
    const std::string type = verb == "insert" ? "stream" : words.front();
    words.erase(words.begin());
    skip(words, {"if", "not", "exists"});
    if (words.empty() || (type != "stream" && type != "table" && type != "type")) return {};
    const std::string name = server::identifierName(words.front());
    if (verb == "drop" || verb == "alter") return type + '/' + name + '/' + verb;
    if (verb != "create" && verb != "insert") return {};
    // Names of types are the only ones that have no quotes.
    return type == "type" ? "type/" + name + "/create" : type + "/`" + name + "`/create";
}

void answerCommand(server::Exchange& exchange, const CommandStatus& status,
                   std::int64_t sequenceNumber) {
    const server::Headers headers{{"content-type", "application/json"}};
    const std::string statement = exchange.request().sql();
    if (hasNoElement(statement)) return exchange.respond(200, "[]", headers);
    JsonWriter json;
    if (statement.empty()) return exchange.respond(200, write(json, status).json(), headers);
    json.StartArray();
    json.StartObject();
    json.Key("@type").String("currentStatus");
    json.Key("statementText").String(statement);
    json.Key("commandId").String(commandIdOf(statement));
    write(json.Key("commandStatus"), status);
    json.Key("commandSequenceNumber").Int64(sequenceNumber);
    json.Key("warnings").StartArray();
    json.EndArray();
    json.EndObject();
    json.EndArray();
    exchange.respond(200, json.json(), headers);
}

}  // namespace ksqldb::testing::detail
