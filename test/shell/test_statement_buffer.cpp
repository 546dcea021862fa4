// Text that comes in pieces, cut into statements; and the words of the shell's commands.
#include "commands.h"
#include "history.h"
#include "statement_buffer.h"

#include <gtest/gtest.h>

namespace shell {
namespace {

using Words = std::vector<std::string>;

TEST(StatementBuffer, WaitsForTheSemicolon) {
    StatementBuffer buffer;
    buffer.add("\xEF\xBB\xBF-- first\nselect 1\n");
    EXPECT_TRUE(buffer.take().empty());
    EXPECT_TRUE(buffer.isOpen());
    buffer.add("from a; select ';\n");
    auto found = buffer.take();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].statement.sql, "select 1\nfrom a;");
    EXPECT_EQ(found[0].line, 2U);
    ASSERT_TRUE(buffer.rest());
    EXPECT_EQ(buffer.rest()->line, 3U);
    buffer.add("' from b;\n");
    found = buffer.take();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].statement.sql, "select ';\n' from b;");
    EXPECT_EQ(found[0].line, 3U);
    EXPECT_FALSE(buffer.isOpen());
    buffer.add("/* not\n");
    EXPECT_TRUE(buffer.take().empty());
    EXPECT_TRUE(buffer.isOpen());
    buffer.clear();
    EXPECT_FALSE(buffer.isOpen());
    buffer.add("list streams;");
    found = buffer.take();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].line, 6U);
}

TEST(ShellCommands, AreToldFromStatements) {
    EXPECT_EQ(commandOf("exit"), Words{"EXIT"});
    EXPECT_EQ(commandOf("  output JSON ; "), (Words{"OUTPUT", "JSON"}));
    EXPECT_EQ(commandOf("run script 'it''s here.sql';"), (Words{"RUN SCRIPT", "it's here.sql"}));
    EXPECT_EQ(commandOf("SET CLI wrap on;"), (Words{"SET CLI", "wrap", "on"}));
    EXPECT_EQ(commandOf("WAIT 'stream/`S`/create' 5"), (Words{"WAIT", "stream/`S`/create", "5"}));
    EXPECT_EQ(commandOf("server https://a:8088/x;"), (Words{"SERVER", "https://a:8088/x"}));
    EXPECT_TRUE(commandOf("run something;").empty());
    EXPECT_TRUE(commandOf("set 'a'='b';").empty());
    EXPECT_TRUE(commandOf("select 1;").empty());
    EXPECT_TRUE(commandOf(" ; ").empty());
}

TEST(History, KeepsNoPasswordAndNothingBehindABlank) {
    EXPECT_EQ(keptInHistory("select 1;"), "select 1;");
    EXPECT_EQ(keptInHistory(" select 1;"), std::nullopt);
    EXPECT_EQ(keptInHistory("exit"), "exit");
    const auto kept = keptInHistory(
        "CREATE SOURCE CONNECTOR c WITH (\n'connector.class'='X', 'password'='hunter2');");
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->find("hunter2"), std::string::npos) << *kept;
    EXPECT_NE(kept->find("'connector.class'='X'"), std::string::npos) << *kept;
    for (const char* const others : {"LIST STREAMS; %", "% LIST STREAMS;", "select 1; % %",
                                     "-- first\n%", "EXIT; %", "% EXIT"}) {
        std::string text = others;
        const std::string connector =
            "create sink connector c with ('password'='hunter2', \"key\"='hunter2');";
        for (std::size_t at = text.find('%'); at != std::string::npos; at = text.find('%'))
            text.replace(at, 1, connector);
        const auto left = keptInHistory(text);
        EXPECT_TRUE(!left || left->find("hunter2") == std::string::npos) << *left;
    }
    EXPECT_EQ(keptInHistory("LIST STREAMS;  -- all\nselect 1;"), "LIST STREAMS; select 1;");
}

TEST(History, IsBelowTheStateFolder) {
    ::setenv("XDG_STATE_HOME", "/state", 1);
    EXPECT_EQ(historyPath(), "/state/ksqldb-shell/history");
    ::unsetenv("XDG_STATE_HOME");
    ::setenv("HOME", "/me", 1);
    EXPECT_EQ(historyPath(), "/me/.local/state/ksqldb-shell/history");
    ::unsetenv("HOME");
    EXPECT_EQ(historyPath(), std::nullopt);
}

}  // namespace
}  // namespace shell
