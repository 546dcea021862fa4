// What the history keeps of a statement: everything but secrets.
#include "history.h"

#include <gtest/gtest.h>

namespace shell {
namespace {

using Kept = std::optional<std::string>;

TEST(History, HasNoValuesOfConnectors) {
    const Kept kept =
        keptInHistory("CREATE SOURCE CONNECTOR c WITH ('x'='hunter2', 'password'='hunter3');");
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->find("hunter"), std::string::npos);
    EXPECT_NE(kept->find("CREATE SOURCE CONNECTOR"), std::string::npos);
}

TEST(History, KeepsWhatOnlySpeaksOfConnectors) {
    for (const std::string text : {
             "SELECT * FROM connector_events WHERE a = 'b' EMIT CHANGES;",
             "RUN SCRIPT 'connectors.sql'",
             "LIST CONNECTORS;",
             "SET 'connector' = 'x';",
         })
        EXPECT_EQ(keptInHistory(text), Kept(text));
}

TEST(History, HasNoValuesThatAreNamedLikeSecrets) {
    EXPECT_EQ(keptInHistory("SET 'sasl.jaas.config' = 'a ''b'' c';"),
              Kept("SET 'sasl.jaas.config' = '[string]';"));
    EXPECT_EQ(keptInHistory("DEFINE Password='x'; DEFINE who = 'ada';"),
              Kept("DEFINE Password='[string]'; DEFINE who = 'ada';"));
    EXPECT_EQ(keptInHistory("SELECT * FROM a WHERE `API_KEY` = 'k' AND b = 'it''s' EMIT CHANGES;"),
              Kept("SELECT * FROM a WHERE `API_KEY` = '[string]' AND b = 'it''s' EMIT CHANGES;"));
    EXPECT_EQ(keptInHistory("SELECT a -- it's\n/* it's */ FROM s WHERE token = 'k' EMIT CHANGES;"),
              Kept("SELECT a -- it's\n/* it's */ FROM s WHERE token = '[string]' EMIT CHANGES;"));
    // A switch is none.
    const std::string tokens = "SET 'ksql.query.push.v2.continuation.tokens.enabled' = 'true';";
    EXPECT_EQ(keptInHistory(tokens), Kept(tokens));
}

}  // namespace
}  // namespace shell
