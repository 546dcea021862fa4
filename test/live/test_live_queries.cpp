// Pull and push queries.
#include "live.h"

#include <atomic>
#include <future>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::live {
namespace {

struct Total {
    std::string user;
    std::int64_t orders = 0;
    std::int64_t items = 0;

    static constexpr auto ksqldbFields() {
        return fields(key("USER_ID", &Total::user), field("ORDERS", &Total::orders),
                      field("ITEMS", &Total::items));
    }
};

class LiveQueries : public Live {
protected:
    LiveQueries() : orders_(name("ORDERS")) {}
    void SetUp() override { createStream(orders_, "USER_ID STRING KEY, AMOUNT INTEGER"); }
    void order(const std::string& user, int amount) {
        InsertRow row;
        take(client.insertInto(orders_, row.set("USER_ID", user).set("AMOUNT", amount)));
    }
    std::string changes(const std::string& limit = {}) const {
        return "SELECT * FROM " + orders_ + " EMIT CHANGES" + limit + ";";
    }

    const std::string orders_;
    const StreamOptions fromStart_ =
        StreamOptions().offsetReset(OffsetReset::Earliest).idleTimeout(patience);
};

TEST_F(LiveQueries, PullFromATable) {
    const std::string table = name("BY_USER");
    createAs("TABLE", table,
             "SELECT USER_ID, COUNT(*) AS ORDERS, SUM(AMOUNT) AS ITEMS FROM " + orders_ +
                 " GROUP BY USER_ID");
    order("ada", 2);
    order("it's", 3);
    order("ada", 5);
    const Statement ofUser =
        Statement("SELECT * FROM ? WHERE USER_ID = ?;").bind(Identifier(table), "ada");
    const QueryResult ada = pullUntil(ofUser, [](const QueryResult& result) {
        return result.size() == 1 && result[0].get<int>("ORDERS") == 2;
    });
    ASSERT_EQ(ada.size(), 1u);
    EXPECT_EQ(ada[0]["USER_ID"].asString(), "ada");
    EXPECT_EQ(ada[0].get<int>("ITEMS"), 7);
    EXPECT_TRUE(ada.header().queryId().has_value());

    const QueryResult quoted =
        pullUntil(Statement("SELECT * FROM ? WHERE USER_ID = ?;").bind(Identifier(table), "it's"),
                  [](const QueryResult& result) { return result.size() == 1; });
    ASSERT_EQ(quoted.size(), 1u);
    EXPECT_EQ(quoted[0].get<int>("ITEMS"), 3);

    std::int64_t items = 0;
    for (const Total& total : client.streamQuery<Total>("SELECT * FROM " + table + ";"))
        items += total.items;
    EXPECT_EQ(items, 10);

    const QueryResult none = take(client.executeQuery(
        Statement("SELECT * FROM ? WHERE USER_ID = ?;").bind(Identifier(table), "nobody")));
    EXPECT_TRUE(none.empty());
    EXPECT_EQ(none.schema().size(), 3u);
}

TEST_F(LiveQueries, PushWithALimit) {
    for (int i = 1; i <= 3; ++i) order("u", i);
    const QueryResult batch = pushFromStart(changes(" LIMIT 3"));
    ASSERT_EQ(batch.size(), 3u);
    EXPECT_EQ(batch[2].get<int>("AMOUNT"), 3);

    ResultStream stream = client.streamQuery(changes(" LIMIT 2"), fromStart_);
    std::vector<int> amounts;
    for (RowView row : stream) amounts.push_back(row.get<int>("AMOUNT"));
    EXPECT_EQ(amounts, (std::vector<int>{1, 2}));
    EXPECT_EQ(stream.ending(), Ending::Kind::LimitReached) << stream.ending();
}

/// Rows that are inserted while the query runs, by callback; then the handle ends it.
TEST_F(LiveQueries, PushWithoutEnd) {
    std::promise<void> three;
    std::atomic<int> rows{0};
    std::promise<Ending> ended;
    StreamCallbacks callbacks;
    callbacks.onRow = [&](StreamControl&, RowView) {
        if (++rows == 3) three.set_value();
    };
    callbacks.onEnd = [&](const Ending& ending) { ended.set_value(ending); };
    Subscription subscription = client.streamQuery(changes(), std::move(callbacks), fromStart_);
    for (int i = 1; i <= 3; ++i) order("u", i);
    take(three.get_future());
    subscription.cancel();
    EXPECT_EQ(take(ended.get_future()), Ending::Kind::Cancelled);
    EXPECT_EQ(rows, 3);
}

TEST_F(LiveQueries, PushThatIsClosedById) {
    ResultStream stream = client.streamQuery(changes(), fromStart_);
    const std::string id = stream.header().queryId().value();
    take(client.closeQuery(id));
    RowView row;
    EXPECT_EQ(stream.next(row, patience), Next::End);
    EXPECT_EQ(stream.ending(), Ending::Kind::Finished) << stream.ending();
    const Error unknown = errorFrom([&] { take(client.closeQuery(id)); });
    EXPECT_EQ(unknown.code(), ErrorCode::StatementRejected) << unknown.what();
}

TEST_F(LiveQueries, TheTopicsLines) {
    for (int i = 1; i <= 3; ++i) order("u", i);
    const std::string print = "PRINT '" + orders_ + "' FROM BEGINNING";
    const StreamOptions patient = StreamOptions().idleTimeout(patience);
    LineStream two = client.streamLines(print + " LIMIT 2;", patient);
    std::vector<std::string> lines;
    for (const std::string_view line : two) lines.emplace_back(line);
    ASSERT_EQ(lines.size(), 2u);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        EXPECT_EQ(lines[i].rfind("rowtime: ", 0), 0u) << lines[i];
        const std::string record =
            ", key: u, value: {\"AMOUNT\":" + std::to_string(i + 1) + "}, partition: 0";
        EXPECT_NE(lines[i].find(record), std::string::npos) << lines[i];
    }
    EXPECT_EQ(two.ending(), Ending::Kind::Finished) << two.ending();

    std::promise<void> three;
    std::atomic<int> count{0};
    std::promise<Ending> ended;
    Subscription subscription = client.streamLines(
        print + ';',
        [&](StreamControl&, std::string_view) {
            if (++count == 3) three.set_value();
        },
        [&](const Ending& ending) { ended.set_value(ending); }, patient);
    take(three.get_future());
    subscription.cancel();
    EXPECT_EQ(take(ended.get_future()), Ending::Kind::Cancelled);
    EXPECT_EQ(count, 3);
}

TEST_F(LiveQueries, QueriesThatTheServerRefuses) {
    const auto refused = [&](const std::string& sql) {
        return errorFrom([&] { take(client.executeQuery(sql)); });
    };
    const Error unknown = refused("SELECT * FROM " + name("NOPE") + ";");
    EXPECT_EQ(unknown.code(), ErrorCode::StatementRejected) << unknown.what();
    EXPECT_EQ(unknown.serverCode(), 40001);
    EXPECT_NE(unknown.serverMessage().find("does not exist"), std::string::npos)
        << unknown.serverMessage();
    LineStream lines = client.streamLines("PRINT '" + name("NOPE") + "' FROM BEGINNING;", {});
    std::string_view line;
    const Error noTopic = errorFrom([&] { return lines.next(line); });
    EXPECT_EQ(noTopic.code(), ErrorCode::StatementRejected) << noTopic.what();
    EXPECT_EQ(noTopic.serverCode(), 40001);
    EXPECT_EQ(refused("SELEKT 1;").code(), ErrorCode::StatementRejected);
    EXPECT_EQ(refused("SELECT NOPE FROM " + orders_ + " EMIT CHANGES;").code(),
              ErrorCode::StatementRejected);
}

}  // namespace
}  // namespace ksqldb::live
