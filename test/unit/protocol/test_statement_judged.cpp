// Nothing that is bound can be anything but a value: a corpus of attacks, judged by SQLite.
#include "protocol/sql_script.h"
#include "unit/sqlite_oracle.h"
#include "values/json_document.h"

#include <ksqldb/statement.h>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace ksqldb::protocol {
namespace {

using test::SqliteOracle;
using Cell = SqliteOracle::Cell;

std::vector<std::string> attacks() {
    const char* const folder = std::getenv("KSQLDB_TEST_CORPUS");
    if (folder == nullptr) {
        ADD_FAILURE() << "KSQLDB_TEST_CORPUS names no folder: run by meson test";
        return {};
    }
    std::ifstream file(std::filesystem::path(folder) / "injections.json");
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const auto json = values::JsonDocument::parse(text, true);
    std::vector<std::string> out;
    if (json)
        for (const auto& element : json->root().GetArray())
            out.emplace_back(element.GetString(), element.GetStringLength());
    EXPECT_GE(out.size(), 200U);
    return out;
}

class StatementJudged : public testing::Test {
protected:
    void SetUp() override {
        sqlite_.run("CREATE TABLE R (OWNER, TENANT)");
        sqlite_.run("INSERT INTO R VALUES ('me', 'mine'), ('you', 'yours'), ('', '')");
        changesBefore_ = sqlite_.changes();
    }
    void TearDown() override { EXPECT_EQ(sqlite_.changes(), changesBefore_); }

    /// One statement for SQLite and for us, and no variable for ksqlDB.
    SqliteOracle::Answer judge(const Statement& statement) {
        const std::string sql = statement.sql();
        EXPECT_EQ(sql.find("${"), std::string::npos) << sql;
        const std::vector<SqlStatement> statements = splitScript(sql);
        EXPECT_EQ(statements.size(), 1U) << sql;
        EXPECT_EQ(statements.at(0).problem, SqlProblem::None) << sql;
        return sqlite_.run(sql);
    }
    void expectValues(const std::string& first, const std::string& second) {
        const auto answer = judge(Statement("SELECT /* ? */ ?, 'guard' -- ?\n, :b, '?' ;")
                                      .bind(first)
                                      .bindNamed("b", second));
        const std::vector<std::vector<Cell>> expected{{first, "guard", second, "?"}};
        EXPECT_EQ(answer.rows, expected) << first << " | " << second;
    }

    SqliteOracle sqlite_;
    int changesBefore_ = 0;
};

TEST_F(StatementJudged, AttacksAreOnlyText) {
    for (const std::string& attack : attacks()) {
        SCOPED_TRACE(attack.substr(0, 100));
        expectValues(attack, attack);
    }
}

TEST_F(StatementJudged, AttacksInTwoPiecesAreOnlyText) {
    for (const std::string& attack : attacks()) {
        SCOPED_TRACE(attack.substr(0, 100));
        for (std::size_t i = 1; i < std::min<std::size_t>(attack.size(), 12); ++i) {
            const bool isInCharacter = (static_cast<unsigned char>(attack[i]) & 0xC0U) == 0x80U;
            if (!isInCharacter) expectValues(attack.substr(0, i), attack.substr(i));
        }
    }
}

TEST_F(StatementJudged, AttacksInARowAreOnlyText) {
    const std::vector<std::string> all = attacks();
    ASSERT_FALSE(all.empty());
    std::mt19937 random(5);
    const auto any = [&] { return all[random() % all.size()].substr(0, 200); };
    for (int i = 0; i < 2'000; ++i) {
        std::string first = any() + any();
        // A cut may have left half a character.
        while (!first.empty() && (static_cast<unsigned char>(first.back()) & 0x80U) != 0)
            first.pop_back();
        try {
            expectValues(first, "x");
        } catch (const Error& error) {
            EXPECT_NE(std::string(error.what()).find("UTF-8"), std::string::npos) << error.what();
        }
    }
}

TEST_F(StatementJudged, AttacksFindNoRowsThatAreNotTheirs) {
    for (const std::string& attack : attacks()) {
        SCOPED_TRACE(attack.substr(0, 100));
        const auto answer =
            judge(Statement("SELECT COUNT(*) FROM R WHERE OWNER=? AND TENANT = 'mine' OR OWNER =?;")
                      .bind(attack, attack));
        const std::int64_t expected = attack.empty() ? 1 : 0;
        EXPECT_EQ(answer.rows, (std::vector<std::vector<Cell>>{{expected}}));
    }
}

TEST_F(StatementJudged, AttacksAsNamesAreOnlyNames) {
    for (const std::string& attack : attacks()) {
        SCOPED_TRACE(attack.substr(0, 100));
        if (attack.empty() || attack.find("${") != std::string::npos) {
            EXPECT_THROW(Identifier{attack}, Error);
            continue;
        }
        const auto answer = judge(
            Statement("SELECT 1 AS ?, 2 AS?;").bind(Identifier(attack)).bind(Identifier("other")));
        EXPECT_EQ(answer.names, (std::vector<std::string>{attack, "other"}));
    }
}

TEST_F(StatementJudged, TheJudgeSeesWhatIsPasted) {
    std::size_t harmful = 0;
    for (const std::string& attack : attacks()) {
        const std::string pasted = "SELECT COUNT(*) FROM R WHERE OWNER = '" + attack + "';";
        const std::vector<SqlStatement> statements = splitScript(pasted);
        if (statements.size() != 1 || statements[0].problem != SqlProblem::None ||
            pasted.find("${") != std::string::npos)
            ++harmful;
    }
    EXPECT_GE(harmful, 100U) << "a corpus that harms nobody proves nothing";
}

}  // namespace
}  // namespace ksqldb::protocol
