// Statements that are no queries: one by one, with values in them, and as a script.
#include "sample.h"

#include <chrono>

using namespace std::chrono_literals;

namespace {

// SET holds for the statements after it.
constexpr const char* script = R"(-- From the beginning of the source:
SET 'auto.offset.reset' = 'earliest';
CREATE STREAM orders_copy AS
  SELECT user_id, item, UCASE(item) AS loud, amount FROM orders WHERE amount > 1 EMIT CHANGES;
)";

}  // namespace

int main() try {
    ksqldb::Client client(sample::server());

    const ksqldb::StatementResult created =
        client
            .execute(
                "CREATE STREAM IF NOT EXISTS orders (user_id VARCHAR KEY, item VARCHAR, "
                "amount INT, price DECIMAL(9,2)) "
                "WITH (kafka_topic='orders', value_format='JSON', partitions=2);")
            .get();
    std::cout << created.message << '\n';

    // Values are bound, never pasted.
    client
        .execute(ksqldb::Statement(
                     "INSERT INTO orders (user_id, item, amount, price) VALUES (?, ?, ?, ?);")
                     .bind("o'hara", "lamp", 2, ksqldb::Decimal("19.90")))
        .get();

    std::string queryId;
    for (const auto& step : client.execute(ksqldb::script(script)).get().steps) {
        if (step.error) throw *step.error;
        std::cout << "line " << step.line << ": " << step.result->message << '\n';
        queryId = step.result->queryId;
    }

    client.execute(ksqldb::waitUntilRunning(queryId, 30s)).get();
    std::cout << queryId << " is running\n";
    std::cout << client.execute(ksqldb::terminateQuery(queryId)).get().message << '\n';
    std::cout << client.execute("DROP STREAM orders_copy DELETE TOPIC;").get().message << '\n';
} catch (const ksqldb::Error& error) {
    return sample::failed(error);
}
