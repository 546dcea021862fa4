// closeQuery: which of ksqlDB's two ways it takes, and what it makes of their answers.
#include "support.h"

namespace ksqldb::test {
namespace {

class CloseQuery : public testing::Test {
protected:
    /// "path body" of all that was asked.
    std::vector<std::string> asked() const {
        std::vector<std::string> all;
        for (const auto& request : server.requests())
            all.push_back(request.target + " " + request.body);
        return all;
    }
    static std::string terminate(const std::string& id) {
        return R"(/ksql {"ksql":"TERMINATE )" + id + ";\"}";
    }
    static std::string close(const std::string& id) {
        return R"(/close-query {"queryId":")" + id + "\"}";
    }
    void answer(const std::string& path, int status, const std::string& body) {
        server.on(path, "", [=](Exchange& exchange) { exchange.respond(status, body); });
    }

    LocalServer server;
    Client client{clientOptions(server)};
};

constexpr const char* unknownId =
    R"({"@type":"generic_error","error_code":40000,"message":"No query with id x"})";
constexpr const char* wrongContext =
    R"({"@type":"generic_error","error_code":50000,"message":"On wrong context or worker"})";

TEST_F(CloseQuery, TerminatesATransientId) {
    server.on("/query-stream", "", endless("transient_S_123"));
    ResultStream query = client.streamQuery("SELECT 1;");
    query.header();
    server.forgetRequests();
    take(client.closeQuery("transient_S_123"));
    EXPECT_EQ(asked(), std::vector<std::string>{terminate("transient_S_123")});
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
    RowView row;
    EXPECT_EQ(query.next(row, patience), Next::End);
    EXPECT_EQ(query.ending().kind(), Ending::Kind::Finished);  // the wire cannot tell
}

TEST_F(CloseQuery, TakesTransientIdsInAnyCase) {
    server.on("/query-stream", "", endless("TRANSIENT_S_1"));
    ResultStream query = client.streamQuery("SELECT 1;");
    query.header();
    server.forgetRequests();
    take(client.closeQuery("TRANSIENT_S_1"));
    EXPECT_EQ(asked(), std::vector<std::string>{terminate("TRANSIENT_S_1")});
}

TEST_F(CloseQuery, QuotesIdsOfSourcesWithQuotedNames) {
    for (const std::string id : {"transient_my-orders_123", "transient_a.b c;_7"}) {
        server.on("/query-stream", "", endless(id));
        ResultStream query = client.streamQuery("SELECT 1;");
        query.header();
        server.forgetRequests();
        take(client.closeQuery(id));
        EXPECT_EQ(asked(), std::vector<std::string>{terminate('`' + id + '`')});
        EXPECT_TRUE(server.waitForRunningQueries(0, patience));
    }
}

class EndsOthers : public CloseQuery,
                   public testing::WithParamInterface<server::CloseQueryAnswer> {};

TEST_P(EndsOthers, ByClosing) {
    // 7.6.1 answers 500 although it did, 8.1 answers 200.
    server.closeQueryAnswers(GetParam());
    const std::string id = "8e3a1f0c-6b41-4b6c-9a53-2f1a0d3b9f52";
    server.on("/query-stream", "", endless(id));
    ResultStream query = client.streamQuery("SELECT 1;");
    query.header();
    server.forgetRequests();
    take(client.closeQuery(id));
    EXPECT_EQ(asked(), std::vector<std::string>{close(id)});
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
}

INSTANTIATE_TEST_SUITE_P(Releases, EndsOthers,
                         testing::Values(server::CloseQueryAnswer::Release761,
                                         server::CloseQueryAnswer::Release81),
                         [](const auto& release) {
                             return release.param == server::CloseQueryAnswer::Release81
                                        ? "Release81"
                                        : "Release761";
                         });

TEST_F(CloseQuery, FailsForAnUnknownId) {
    const Error error = errorFrom(client.closeQuery("query_77"));
    EXPECT_EQ(error.code(), ErrorCode::StatementRejected);
    EXPECT_EQ(error.serverCode(), 40000);
    EXPECT_EQ(error.serverMessage(), "No query with id query_77");
    EXPECT_EQ(error.endpoint(), "POST " + server.url() + "/close-query");
    EXPECT_EQ(error.statement(), "");
}

TEST_F(CloseQuery, AsksBothWaysForAnUnknownTransientId) {
    EXPECT_EQ(errorFrom(client.closeQuery("transient_77")).code(), ErrorCode::StatementRejected);
    EXPECT_EQ(asked(),
              (std::vector<std::string>{terminate("transient_77"), close("transient_77")}));
}

TEST_F(CloseQuery, FallsBackWhereTerminateIsUnknown) {
    answer("/ksql", 400,
           R"({"@type":"statement_error","error_code":40001,"message":"Unknown queryId"})");
    answer("/close-query", 500, wrongContext);
    take(client.closeQuery("transient_1"));
    EXPECT_EQ(asked(), (std::vector<std::string>{terminate("transient_1"), close("transient_1")}));
}

TEST_F(CloseQuery, FallsBackWhereNothingWasTerminated) {
    answer("/ksql", 200,
           R"([{"@type":"terminate_query","queryId":"transient_1","wasTerminated":false}])");
    answer("/close-query", 400, unknownId);
    EXPECT_EQ(errorFrom(client.closeQuery("transient_1")).serverCode(), 40000);
}

TEST_F(CloseQuery, FallsBackWhereTheAnswerIsNotUnderstood) {
    for (const char* body : {"", "[]", "{}", "[1]", "nonsense"}) {
        answer("/ksql", 200, body);
        answer("/close-query", 200, "");
        server.forgetRequests();
        take(client.closeQuery("transient_1"));
        EXPECT_EQ(asked().size(), 2u) << body;
    }
}

TEST_F(CloseQuery, DoesNotFallBackOnTrouble) {
    answer("/ksql", 503, R"({"@type":"generic_error","error_code":50302,"message":"not yet"})");
    const Error error = errorFrom(client.closeQuery("transient_1"));
    EXPECT_EQ(error.serverCode(), 50302);
    EXPECT_TRUE(error.isRetryable());
    EXPECT_EQ(error.statement(), "TERMINATE transient_1;");
    EXPECT_EQ(asked().size(), 1u);
    server.on("/ksql", "", [](Exchange& exchange) { exchange.reset(); });
    EXPECT_EQ(errorFrom(client.closeQuery("transient_1")).code(), ErrorCode::ConnectionLost);
    answer("/ksql", 401, "");
    EXPECT_EQ(errorFrom(client.closeQuery("transient_1")).code(), ErrorCode::Unauthorized);
}

TEST_F(CloseQuery, OnlyTheOneMessageMakesA500ASuccess) {
    for (const char* body :
         {"", "wrong context",
          R"({"@type":"generic_error","error_code":50000,"message":"something else"})"}) {
        answer("/close-query", 500, body);
        EXPECT_EQ(errorFrom(client.closeQuery("query_1")).httpStatus(), 500) << body;
    }
    answer("/close-query", 400, wrongContext);
    EXPECT_EQ(errorFrom(client.closeQuery("query_1")).httpStatus(), 400);
}

TEST_F(CloseQuery, NeverTerminatesWhatIsNotTransient) {
    // TERMINATE would end a persistent query, or more than that.
    const std::string ids[] = {"CSAS_FOO_0",
                               "CTAS_BAR_7",
                               "INSERTQUERY_3",
                               "ALL",
                               "all",
                               "transient",
                               "transient_",
                               "transient_x; DROP TABLE T",
                               "transient_x;DROP TABLE T;",
                               "transient_1-2",
                               "transient_`x`",
                               "transient_x`;DROP TABLE T;_1",
                               "transient_x\n_1",
                               "transient_-1",
                               "transient_x y",
                               "transient_x\n",
                               "transient_\xC3\xBC",
                               " transient_1",
                               "SCALABLE_PUSH_QUERY_1-2",
                               "it's \"quoted\"\\",
                               ""};
    for (const std::string& id : ids) {
        server.forgetRequests();
        const Error error = errorFrom(client.closeQuery(id));
        EXPECT_EQ(error.code(), ErrorCode::StatementRejected) << id;
        const auto requests = server.requests();
        ASSERT_EQ(requests.size(), 1u) << id;
        EXPECT_EQ(requests[0].target, "/close-query") << id;
        EXPECT_EQ(requests[0].body.find("TERMINATE"), std::string::npos);
    }
}

TEST_F(CloseQuery, SendsIdsUnchanged) {
    server.on("/query-stream", "", [](Exchange& exchange) {
        const auto running = exchange.running("it's; \"quoted\"\\");
        exchange.stall();
    });
    ResultStream query = client.streamQuery("SELECT 1;");
    ASSERT_TRUE(server.waitForRunningQueries(1, patience));
    take(client.closeQuery("it's; \"quoted\"\\"));
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
}

TEST_F(CloseQuery, FromAnotherClientWorks) {
    server.on("/query-stream", "", endless("transient_9"));
    ResultStream query = client.streamQuery("SELECT 1;");
    query.header();
    Client other(clientOptions(server));
    take(other.closeQuery("transient_9"));
    RowView row;
    EXPECT_EQ(query.next(row, patience), Next::End);
}

}  // namespace
}  // namespace ksqldb::test
