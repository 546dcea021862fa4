// Statements with values: what the server is sent, and that an incomplete one is never sent.
#include "support.h"

namespace ksqldb::test {
namespace {

class Statements : public testing::Test {
protected:
    Statements() : client(clientOptions(server)) { server.on("/query-stream", "", numbers(1)); }

    template <class Call>
    void expectThrown(Call call) {
        try {
            call();
            ADD_FAILURE() << "nothing was thrown";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
            EXPECT_STREQ(error.what(),
                         "binding a Statement: values for `?`: 1, placeholders `?`: 2");
        }
        EXPECT_TRUE(server.requests().empty());
    }

    LocalServer server;
    Client client;
};

TEST_F(Statements, ValuesAreSentAsLiterals) {
    const Statement statement = Statement("SELECT N FROM ? WHERE USER_ID = :user AND N > ?;")
                                    .bind(Identifier("my ratings"), 3)
                                    .bindNamed("user", "o'hara'; DROP STREAM RATINGS;--");
    const std::string sql =
        "SELECT N FROM `my ratings` WHERE USER_ID = 'o''hara''; DROP STREAM RATINGS;--' AND N > 3;";
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 1U);
    EXPECT_EQ(server.requests().at(0).sql(), sql);
    ResultStream stream = client.streamQuery(statement);
    EXPECT_EQ(numbersOf(stream), firstNumbers(1));
    EXPECT_EQ(server.requests().at(1).sql(), sql);
}

TEST_F(Statements, AnIncompleteOneIsThrownBeforeAnythingIsSent) {
    const Statement statement = Statement("SELECT ? FROM R WHERE A = ?;").bind(1);
    expectThrown([&] { (void)client.executeQuery(statement); });
    std::promise<Header> header;
    std::future<Header> futureHeader = header.get_future();
    expectThrown([&] { (void)client.executeQuery(statement, {}, std::move(header)); });
    EXPECT_THROW(futureHeader.get(), std::exception);
    expectThrown([&] {
        client.executeQuery(statement, {}, [](const Outcome<QueryResult>&) { ADD_FAILURE(); });
    });
    expectThrown([&] { (void)client.streamQuery(statement); });
    StreamCallbacks callbacks;
    callbacks.onEnd = [](const Ending&) { ADD_FAILURE(); };
    expectThrown([&] { (void)client.streamQuery(statement, std::move(callbacks)); });
}

}  // namespace
}  // namespace ksqldb::test
