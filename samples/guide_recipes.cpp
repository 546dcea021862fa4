// The small examples of the guides in docs/, as they are compiled. Each runs against the server at
// KSQLDB_URL.
#include "sample.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <string_view>
#include <vector>

using namespace std::chrono_literals;

enum class Channel { Web, App };

template <>
struct ksqldb::FromValue<Channel> {
    static constexpr TypeKind kind = TypeKind::String;
    static Channel read(const ValueView& value) {
        return value.asString() == "web" ? Channel::Web : Channel::App;
    }
};
template <>
struct ksqldb::ToValue<Channel> {
    static std::string write(Channel channel) { return channel == Channel::Web ? "web" : "app"; }
};

struct Rating {
    std::int64_t id = 0;
    std::string user;
    int stars = 0;
    Channel channel = Channel::Web;
    std::optional<std::string> message;

    static constexpr auto ksqldbFields() {
        return ksqldb::fields(
            ksqldb::key("RATING_ID", &Rating::id), ksqldb::field("USER_ID", &Rating::user),
            ksqldb::field("STARS", &Rating::stars), ksqldb::field("CHANNEL", &Rating::channel),
            ksqldb::field("MESSAGE", &Rating::message));
    }
};

namespace {

void boundValue(ksqldb::Client& client, const std::string& user) {
    const auto result =
        client
            .executeQuery(
                ksqldb::Statement("SELECT * FROM RATINGS_BY_USER WHERE USER_ID = ?;").bind(user))
            .get();
    std::cout << result.size() << " rows of " << user << '\n';
}

void withoutBlocking(ksqldb::Client& client) {
    std::promise<void> finished;
    client.executeQuery("select * from RATINGS LIMIT 3;", ksqldb::QueryOptions().timeout(10s),
                        [&finished](ksqldb::Outcome<ksqldb::QueryResult> outcome) {
                            if (outcome.ok())
                                std::cout << outcome.value().size() << " rows\n";
                            else
                                std::cout << outcome.error() << '\n';
                            finished.set_value();
                        });
    finished.get_future().wait();
}

void cancelled(ksqldb::Client& client) {
    ksqldb::CancelSource source;
    auto result = client.executeQuery("select * from RATINGS EMIT CHANGES LIMIT 100;",
                                      ksqldb::QueryOptions().cancelToken(source.token()));
    source.cancel();  // from any thread
    try {
        std::cout << result.get().size() << " rows\n";
    } catch (const ksqldb::Error& error) {
        if (error.code() != ksqldb::ErrorCode::Cancelled) throw;
        std::cout << "cancelled\n";
    }
}

void whatWentWrong(ksqldb::Client& client) {
    try {
        client.executeQuery("select * from NO_SUCH_TABLE;").get();
    } catch (const ksqldb::Error& error) {
        switch (error.category()) {
            case ksqldb::ErrorCategory::Server:  // ksqlDB said no
                std::cout << error.serverCode() << ": " << error.serverMessage() << '\n';
                break;
            case ksqldb::ErrorCategory::Timeout:  // a limit of time
                std::cout << "after " << error.limitName() << '\n';
                break;
            default:
                std::cout << error << (error.isRetryable() ? ", try again\n" : "\n");
        }
    }
}

void values(ksqldb::Client& client) {
    const auto result = client.executeQuery("select * from RATINGS LIMIT 3;").get();
    for (ksqldb::RowView row : result) {
        const auto id = row.get<std::int64_t>("RATING_ID");
        const int stars = row["STARS"].asInt();
        const auto message = row.get<std::optional<std::string>>("MESSAGE");
        std::cout << id << ": " << stars << ' ' << message.value_or("no message") << '\n';
    }

    const ksqldb::Row kept = result.row(0);  // a copy, which may outlive the result
    std::cout << kept.toJson() << '\n';
}

void columns(ksqldb::Client& client) {
    const auto result = client.executeQuery("select * from RATINGS LIMIT 3;").get();
    const auto stars = result.schema().indexOf("STARS");
    if (!stars) return;
    int sum = 0;
    for (ksqldb::RowView row : result) sum += row[*stars].asInt();
    std::cout << sum << " stars in all\n";

    for (const ksqldb::Column& column : result.schema())
        std::cout << column.name << ' ' << column.type.toString() << '\n';
}

void typedCallback(ksqldb::Client& client) {
    std::atomic<int> count{0};
    auto subscription = client.streamQuery<Rating>(
        "select * from RATINGS EMIT CHANGES LIMIT 4;",
        [&count](ksqldb::StreamControl&, Rating&& rating) { count += rating.stars > 0 ? 1 : 0; },
        [](const ksqldb::Ending& ending) { std::cout << "ended: " << ending << '\n'; },
        ksqldb::StreamOptions().offsetReset(ksqldb::OffsetReset::Earliest));
    subscription.wait();
    std::cout << count << " ratings\n";
}

void batches(ksqldb::Client& client) {
    ksqldb::StreamCallbacks callbacks;
    callbacks.onRows = [](ksqldb::StreamControl&, const ksqldb::RowBatch& rows) {
        std::cout << "rows came: " << !rows.empty() << '\n';
    };
    auto subscription =
        client.streamQuery("select * from RATINGS EMIT CHANGES LIMIT 4;", std::move(callbacks),
                           ksqldb::StreamOptions()
                               .offsetReset(ksqldb::OffsetReset::Earliest)
                               .maxRowsPerCall(500)
                               .minInterval(50ms));
    subscription.wait();
}

void insertOne(ksqldb::Client& client) {
    ksqldb::InsertRow row;
    row.set("USER_ID", "alice")
        .set("ITEM", "pencil")
        .set("AMOUNT", 3)
        .set("PRICE", ksqldb::Decimal("0.80"));
    client.insertInto("orders", row).get();  // returns when the row is stored
    std::cout << "stored\n";
}

void insertMany(ksqldb::Client& client) {
    ksqldb::InsertRows rows;
    ksqldb::InsertRow row;
    for (int amount = 1; amount <= 100; ++amount)
        rows.add(row.clear().set("USER_ID", "alice").set("ITEM", "clip").set("AMOUNT", amount));

    const ksqldb::InsertReport report = client.insertInto("orders", rows).get();
    std::cout << report.acknowledged << " of " << report.inserted << " stored\n";
}

void describeOrders(ksqldb::Client& client) {
    const auto orders = client.execute(ksqldb::describe("ORDERS")).get();
    std::cout << orders.type << ' ' << orders.name << " on topic " << orders.topic << '\n';
}

void withoutServer() {
    const auto list = ksqldb::listStreams();
    std::cout << list << '\n';  // LIST STREAMS;
    const auto streams = list.read({200, {}, R"([{"@type":"streams","streams":[]}])"});
    std::cout << streams.size() << " streams\n";
}

ksqldb::ClientOptions patient() {
    ksqldb::ClientOptions options;
    options.servers({"http://ksqldb-1:8088", "http://ksqldb-2:8088"})
        .retry(ksqldb::RetryPolicy().attempts(5).delay(200ms, 5s).within(30s))
        .connectTimeout(3s)
        .requestTimeout(20s);
    return options;
}

ksqldb::StreamOptions lasting() {
    ksqldb::StreamOptions options;
    options.resume(ksqldb::RetryPolicy().attempts(10).within(5min), ksqldb::ResumeFrom::Latest)
        .livenessProbe(30s, 5s);
    return options;
}

}  // namespace

int main() try {
    ksqldb::Client client(sample::server());
    boundValue(client, "alice");
    withoutBlocking(client);
    cancelled(client);
    whatWentWrong(client);
    values(client);
    columns(client);
    typedCallback(client);
    batches(client);
    insertOne(client);
    insertMany(client);
    describeOrders(client);
    withoutServer();
    const ksqldb::Client later(patient());  // throws for options that cannot be right
    auto ratings = client.streamQuery("select * from RATINGS EMIT CHANGES;", lasting());
    ratings.cancel();
} catch (const ksqldb::Error& error) {
    return sample::failed(error);
}
