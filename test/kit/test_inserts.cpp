// Rows that a program inserts, read back as rows.
#include "kit_test.h"

namespace ksqldb::kit {
namespace {

struct Order {
    std::string user;
    int amount = 0;
    std::optional<Decimal> price;
    static constexpr auto ksqldbFields() {
        return fields(field("USER_ID", &Order::user), field("AMOUNT", &Order::amount),
                      field("PRICE", &Order::price));
    }
};
const std::string columns = "USER_ID STRING KEY, AMOUNT INT, PRICE DECIMAL(9, 2)";

TEST(KitInserts, AreReadAsRowsInOrder) {
    testing::Server server;
    const auto orders = server.insertsInto("orders", columns);
    Client client(server.clientOptions());
    take(client.insertInto("orders", Order{"alice", 3, Decimal("0.80")}));
    auto stream = client.insertStream("ORDERS");
    for (int i = 0; i < 100; ++i) stream.insert(Order{"bob", i, {}});
    EXPECT_TRUE(stream.close(patience).ok());
    ASSERT_TRUE(orders.waitForRows(101, patience));
    const auto rows = orders.rowsAs<Order>();
    ASSERT_EQ(rows.size(), 101U);
    EXPECT_EQ(rows[0].user, "alice");
    EXPECT_EQ(rows[0].price, Decimal("0.80"));
    EXPECT_EQ(rows[100].amount, 99);
    EXPECT_EQ(orders.rows().row(1).toString(), "USER_ID: bob, AMOUNT: 0, PRICE: null");
}

struct Inner {
    std::string lower;
    Date day;
    Decimal price;
    static constexpr auto ksqldbFields() {
        return fields(field("lower case", &Inner::lower), field("DAY", &Inner::day),
                      field("PRICE", &Inner::price));
    }
};

TEST(KitInserts, OfEveryTypeAreWhatWasInserted) {
    testing::Server server;
    const auto target = server.insertsInto(
        "`odd name`",
        "K STRING KEY, L BIGINT, D DOUBLE, B BOOLEAN, R BYTES, DT DATE, TM TIME, TS TIMESTAMP, "
        "P DECIMAL(30, 10), A ARRAY<INT>, M MAP<STRING, DOUBLE>, "
        "S STRUCT<`lower case` STRING, DAY DATE, PRICE DECIMAL(4, 2), MORE INT>, MISSING INT");
    const Timestamp instant{std::chrono::milliseconds(1'590'537'598'123)};
    const Inner inner{"q\"😀", Date(Days(18408)), Decimal("1.10")};
    InsertRow row;
    row.set("k", "key")
        .set("L", 9'223'372'036'854'775'807)
        .set("D", 0.1)
        .set("B", true)
        .set("R", Bytes{std::byte{0xfb}})
        .set("DT", Date(Days(18408)))
        .set("TM", TimeOfDay{std::chrono::milliseconds(37'805'250)})
        .set("TS", instant)
        .set("P", Decimal("12345678901234567890.0123456789"))
        .set("A", std::vector<int>{1, 2})
        .set("M", std::map<std::string, double>{{"pi", 3.14}})
        .set("S", inner);
    Client client(server.clientOptions());
    take(client.insertInto("`odd name`", row));
    const QueryResult rows = target.rows();
    ASSERT_EQ(rows.size(), 1U);
    const RowView stored = rows[0];
    EXPECT_EQ(stored.get<std::int64_t>("L"), 9'223'372'036'854'775'807);
    EXPECT_EQ(stored.get<double>("D"), 0.1);
    EXPECT_TRUE(stored.get<bool>("B"));
    EXPECT_EQ(stored.get<Bytes>("R"), Bytes{std::byte{0xfb}});
    EXPECT_EQ(stored.get<Date>("DT"), Date(Days(18408)));
    EXPECT_EQ(stored.get<TimeOfDay>("TM").sinceMidnight.count(), 37'805'250);
    EXPECT_EQ(stored.get<Timestamp>("TS"), instant);
    EXPECT_EQ(stored.get<Decimal>("P").toString(), "12345678901234567890.0123456789");
    EXPECT_EQ(stored.get<std::vector<int>>("A"), (std::vector<int>{1, 2}));
    EXPECT_EQ((stored.get<std::map<std::string, double>>("M").at("pi")), 3.14);
    const Inner read = stored.get<Inner>("S");
    EXPECT_EQ(read.lower, inner.lower);
    EXPECT_EQ(read.day, inner.day);
    EXPECT_EQ(read.price.toString(), "1.10");
    EXPECT_TRUE(stored["S"]["MORE"].isNull());
    EXPECT_TRUE(stored["MISSING"].isNull());
}

TEST(KitInserts, AreCheckedAsKsqlDbChecksThem) {
    testing::Server server;
    const auto orders = server.insertsInto("orders", columns);
    Client client(server.clientOptions());
    const auto codeOf = [&](const std::string& target, InsertRow row) {
        return errorFrom([&] { take(client.insertInto(target, row)); }).serverMessage();
    };
    EXPECT_EQ(codeOf("orders", std::move(InsertRow().set("AMOUNT", 1))),
              "Key field must be specified: USER_ID");
    EXPECT_EQ(codeOf("orders", std::move(InsertRow().set("USER_ID", "a").set("AMOUNT", "b"))),
              "Can't coerce a field of type class java.lang.String into type INTEGER");
    EXPECT_NE(codeOf("order", std::move(InsertRow().set("USER_ID", "a"))).find("`ORDER`"),
              std::string::npos);
    EXPECT_EQ(orders.count(), 0U);
}

TEST(KitInserts, OneRowIsRefused) {
    testing::Server server;
    auto orders = server.insertsInto("orders", columns);
    orders.refuseRow(2, 40000, "not this one");
    Client client(server.clientOptions());
    take(client.insertInto("orders", Order{"alice", 0, {}}));
    InsertRows rows;
    for (int i = 1; i <= 3; ++i) rows.add(Order{"alice", i, {}});
    const InsertReport report = take(client.insertInto("orders", rows));
    EXPECT_EQ(report.acknowledged, 1U);
    ASSERT_TRUE(report.refused.has_value());
    EXPECT_EQ(report.refused->sequence, 1U);
    EXPECT_EQ(report.refused->error.serverMessage(), "not this one");
    EXPECT_EQ(orders.count(), 2U);
    take(client.insertInto("orders", Order{"alice", 4, {}}));
    EXPECT_EQ(orders.rowsAs<Order>().back().amount, 4);
}

TEST(KitInserts, StreamsBreakAndAreWellAgain) {
    testing::Server server;
    auto orders = server.insertsInto("orders", columns).resetsAfter(1);
    auto others = server.insertsInto("others", columns);
    Client client(server.clientOptions());
    InsertRows rows;
    for (int i = 0; i < 3; ++i) rows.add(Order{"alice", i, {}});
    const InsertReport broken = take(client.insertInto("orders", rows));
    ASSERT_TRUE(broken.error.has_value());
    EXPECT_EQ(broken.error->code(), ErrorCode::ConnectionLost);
    EXPECT_TRUE(take(client.insertInto("others", rows)).ok());
    orders.recovers();
    EXPECT_TRUE(take(client.insertInto("orders", rows)).ok());
}

TEST(KitInserts, WithoutColumnsAnyObjectIsARow) {
    testing::Server server;
    const auto any = server.insertsInto("any");
    Client client(server.clientOptions());
    take(client.insertInto("any", InsertRow().set("X", 1)));
    EXPECT_EQ(any.json(), (Texts{"{\"X\":1}"}));
    EXPECT_EQ(errorFrom([&] { any.rows(); }).code(), ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace ksqldb::kit
