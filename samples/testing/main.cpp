// A program's own tests, without Kafka: functions that use a Client, and what they are told. The
// server is in the process of the test and knows what the test has described.
#include <ksqldb/ksqldb.h>
#include <ksqldb/testing.h>

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <optional>
#include <string>

using namespace std::chrono_literals;

// What is tested. It knows nothing of tests.

double meanStars(const ksqldb::QueryResult& ratings) {
    double sum = 0;
    for (ksqldb::RowView rating : ratings) sum += rating.get<int>("STARS");
    return ratings.empty() ? 0 : sum / static_cast<double>(ratings.size());
}

std::optional<int> ratingsOf(ksqldb::Client& client, const std::string& user) {
    const auto found =
        client
            .executeQuery(
                ksqldb::Statement("SELECT RATINGS FROM RATINGS_BY_USER WHERE USER_ID = ?;")
                    .bind(user))
            .get();
    if (found.empty()) return std::nullopt;
    return found[0].get<int>("RATINGS");
}

std::string firstComplaint(ksqldb::Client& client) {
    for (ksqldb::RowView rating : client.streamQuery("SELECT * FROM RATINGS EMIT CHANGES;"))
        if (rating.get<int>("STARS") < 3) return rating.get<std::string>("USER_ID");
    return {};
}

struct Rating {
    std::string user;
    int stars = 0;
    static constexpr auto ksqldbFields() {
        return ksqldb::fields(ksqldb::key("USER_ID", &Rating::user),
                              ksqldb::field("STARS", &Rating::stars));
    }
};

// Its tests.

TEST(MeanStars, CountsAllRatings) {
    const ksqldb::QueryResult ratings =
        ksqldb::testing::Rows("USER_ID STRING, STARS INT").row("alice", 5).row("bob", 2);
    EXPECT_EQ(meanStars(ratings), 3.5);
}

TEST(RatingsOf, AsksForTheUser) {
    ksqldb::testing::Server server;
    server.on("SELECT RATINGS FROM RATINGS_BY_USER WHERE USER_ID = 'alice';")
        .columns("RATINGS BIGINT")
        .row(3);
    server.on("SELECT RATINGS FROM RATINGS_BY_USER WHERE USER_ID = 'nobody';")
        .columns("RATINGS BIGINT");
    ksqldb::Client client(server.clientOptions());
    EXPECT_EQ(ratingsOf(client, "alice"), 3);
    EXPECT_EQ(ratingsOf(client, "nobody"), std::nullopt);
}

TEST(RatingsOf, SurvivesAServerThatStarts) {
    ksqldb::testing::Server server;
    server.onPrefix("SELECT RATINGS FROM RATINGS_BY_USER").columns("RATINGS BIGINT").row(3);
    server.onAny().unavailable(0s).times(2);
    ksqldb::Client client(
        server.clientOptions().retry(ksqldb::RetryPolicy().attempts(3).delay(1ms, 1ms)));
    EXPECT_EQ(ratingsOf(client, "alice"), 3);
    EXPECT_EQ(server.requests().size(), 3U);
}

TEST(RatingsOf, SaysWhatKsqlDbSays) {
    ksqldb::testing::Server server;
    server.onAny().fails(40001, "RATINGS_BY_USER does not exist.");
    ksqldb::Client client(server.clientOptions());
    try {
        ratingsOf(client, "alice");
        FAIL() << "nothing was thrown";
    } catch (const ksqldb::Error& error) {
        EXPECT_EQ(error.serverMessage(), "RATINGS_BY_USER does not exist.");
    }
}

TEST(RatingsOf, ShowsItsKey) {
    ksqldb::testing::Server server(
        ksqldb::testing::ServerOptions().tls().apiKey("a-key", "a-secret"));
    ksqldb::Client client(server.clientOptions());
    server.onAny().columns("RATINGS BIGINT").row(3);
    EXPECT_EQ(ratingsOf(client, "alice"), 3);
}

TEST(FirstComplaint, WaitsForOne) {
    ksqldb::testing::Server server;
    auto ratings =
        server.onPush("SELECT * FROM RATINGS EMIT CHANGES;").columns("USER_ID STRING, STARS INT");
    ksqldb::Client client(server.clientOptions());
    auto complaint = std::async(std::launch::async, [&] { return firstComplaint(client); });
    ASSERT_TRUE(ratings.waitForSubscribers(1, 10s));
    ratings.send("alice", 5);
    ratings.send(Rating{"bob", 1});
    EXPECT_EQ(complaint.get(), "bob");
    EXPECT_TRUE(ratings.waitForSubscribers(0, 10s));
}

TEST(Inserting, SendsWholeRows) {
    ksqldb::testing::Server server;
    auto ratings = server.insertsInto("RATINGS", "USER_ID STRING KEY, STARS INT");
    ksqldb::Client client(server.clientOptions());
    client.insertInto("RATINGS", Rating{"alice", 5}).get();
    ratings.refuseRow(1);
    EXPECT_THROW(client.insertInto("RATINGS", Rating{"bob", 2}).get(), ksqldb::Error);
    const auto stored = ratings.rowsAs<Rating>();
    ASSERT_EQ(stored.size(), 1U);
    EXPECT_EQ(stored[0].user, "alice");
}
