// Every statement that a real server was sent splits as the server itself did.
#include "protocol/sql_script.h"
#include "values/json_document.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::protocol {
namespace {

using values::JsonDocument;

std::string readFile(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::filesystem::path> filesOf(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.path().extension() == ".json") out.push_back(entry.path());
    std::sort(out.begin(), out.end());
    return out;
}

/// The parts of a body, put together.
std::string bodyOf(const JsonDocument& recording, const char* side) {
    std::string out;
    const auto* const message = JsonDocument::member(recording.root(), side);
    if (message == nullptr) return out;
    const auto* const body = JsonDocument::member(*message, "body");
    if (body == nullptr || !body->IsArray()) return out;
    for (const auto& part : body->GetArray())
        out += JsonDocument::string(part, "text").value_or(std::string());
    return out;
}

int statusOf(const JsonDocument& recording) {
    const auto* const response = JsonDocument::member(recording.root(), "response");
    return response == nullptr ? 0 : JsonDocument::integer(*response, "status").value_or(0);
}

/// Of what it creates and drops the server gives back a text of its own.
bool isRewritten(const JsonDocument::Value& element) {
    const auto type = JsonDocument::string(element, "@type");
    return type == "currentStatus" || type == "connector_info" || type == "warning_entity";
}

/// Calls `use` with the file, the statement in this member of the request, and the recording, for
/// all that the server took.
template <class Use>
void forEachTaken(const char* member, Use use) {
    const char* const folder = std::getenv("KSQLDB_TEST_RECORDINGS");
    ASSERT_NE(folder, nullptr) << "run by meson test";
    for (const auto& path : filesOf(folder)) {
        const auto recording = JsonDocument::parse(readFile(path));
        ASSERT_TRUE(recording) << path;
        if (statusOf(*recording) != 200) continue;
        const auto request = JsonDocument::parse(bodyOf(*recording, "request"));
        const auto sql = request ? request->string(member) : std::nullopt;
        if (sql && !sql->empty()) use(path, *sql, *recording);
    }
}

TEST(SqlRecorded, QueriesAreOneStatement) {
    int count = 0;
    forEachTaken("sql", [&](const auto& path, const std::string& sql, const JsonDocument&) {
        ++count;
        const std::vector<SqlStatement> statements = splitScript(sql);
        ASSERT_EQ(statements.size(), 1U) << path;
        EXPECT_EQ(statements[0].problem, SqlProblem::None) << path;
        EXPECT_TRUE(statements[0].kind == SqlKind::Query || statements[0].kind == SqlKind::Print)
            << path;
    });
    EXPECT_GE(count, 50);
}

/// Each element of an answer has the text of its statement, cut out by the server.
TEST(SqlRecorded, StatementsAreWhatTheServerCutOut) {
    int count = 0;
    forEachTaken("ksql", [&](const auto& path, const std::string& sql, const JsonDocument& all) {
        if (sql.find("${") != std::string::npos) return;
        const std::vector<SqlStatement> statements = splitScript(sql);
        for (const SqlStatement& statement : statements)
            EXPECT_EQ(statement.problem, SqlProblem::None) << path;
        const auto answer = JsonDocument::parse(bodyOf(all, "response"), true);
        if (!answer || !answer->root().IsArray()) return;
        for (const auto& element : answer->root().GetArray()) {
            const auto text = JsonDocument::string(element, "statementText");
            if (!text || isRewritten(element)) continue;
            ++count;
            EXPECT_TRUE(std::any_of(statements.begin(), statements.end(),
                                    [&](const SqlStatement& s) { return s.text == *text; }))
                << path << ": " << *text;
        }
    });
    EXPECT_GE(count, 10);
}

/// A text in ksqlDB's cases: they have comments and strings over several lines, so RapidJSON reads
/// them with what it has for that, or not at all.
std::vector<std::string> statementsOf(const std::filesystem::path& path) {
    rapidjson::Document document;
    const std::string text = readFile(path);
    document.Parse<rapidjson::kParseCommentsFlag | rapidjson::kParseTrailingCommasFlag>(
        text.data(), text.size());
    std::vector<std::string> out;
    if (document.HasParseError() || !document.IsObject()) {
        ADD_FAILURE() << path << " is no JSON";
        return out;
    }
    for (const auto& test : document["tests"].GetArray()) {
        if (!test.HasMember("statements")) continue;
        for (const auto& statement : test["statements"].GetArray())
            if (statement.IsString()) out.emplace_back(statement.GetString());
    }
    return out;
}

TEST(SqlRecorded, CasesSplitIntoTheirStatements) {
    const char* const folder = std::getenv("KSQLDB_TEST_CASES");
    if (folder == nullptr || !std::filesystem::exists(folder))
        GTEST_SKIP() << "ksqlDB's cases are not here: KSQLDB_TEST_CASES names no folder";
    std::size_t count = 0;
    for (const auto& path : filesOf(folder)) {
        std::string script;
        const std::vector<std::string> statements = statementsOf(path);
        for (const std::string& statement : statements) script += statement + "\n";
        const std::vector<SqlStatement> split = splitScript(script);
        ASSERT_EQ(split.size(), statements.size()) << path;
        for (std::size_t i = 0; i < split.size(); ++i) {
            EXPECT_EQ(split[i].problem, SqlProblem::None) << statements[i];
            EXPECT_NE(statements[i].find(split[i].text), std::string::npos) << split[i].text;
            EXPECT_NE(split[i].kind, SqlKind::Shell) << split[i].text;
        }
        count += split.size();
    }
    EXPECT_GE(count, 100U);
}

}  // namespace
}  // namespace ksqldb::protocol
