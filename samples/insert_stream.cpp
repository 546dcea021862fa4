// Rows into a stream, with acknowledgements as they come and a report of what became of each.
#include "sample.h"

struct Order {
    std::string user;
    std::string item;
    int amount = 0;
    ksqldb::Decimal price;

    static constexpr auto ksqldbFields() {
        return ksqldb::fields(
            ksqldb::field("USER_ID", &Order::user), ksqldb::field("ITEM", &Order::item),
            ksqldb::field("AMOUNT", &Order::amount), ksqldb::field("PRICE", &Order::price));
    }
};

void print(const ksqldb::InsertReport& report) {
    std::cout << report.acknowledged << " of " << report.inserted << " stored\n";
    if (report.refused)
        std::cout << "row " << report.refused->sequence
                  << " refused: " << report.refused->error.serverMessage() << '\n';
    else if (report.error)
        std::cout << report.error->what() << '\n';
    for (const auto& rows : report.unknown)
        std::cout << "rows " << rows.first << " to " << rows.last << " may be stored or not\n";
    for (const auto& rows : report.notSent)
        std::cout << "rows " << rows.first << " to " << rows.last << " were not sent\n";
}

int main() try {
    ksqldb::Client client(sample::server());

    // One row: ready when it is stored.
    client.insertInto("orders", Order{"alice", "pencil", 3, ksqldb::Decimal("0.80")}).get();
    std::cout << "one row stored\n";

    // Many: they are sent while acknowledgements of earlier ones come back.
    std::uint64_t stored = 0;
    auto orders = client.insertStream(
        "orders", ksqldb::InsertStreamOptions().window(1'000).onAcknowledged(
                      [&stored](ksqldb::SequenceRange rows) { stored += rows.size(); }));
    for (int i = 0; i < 10'000; ++i)
        orders.insert(Order{"u" + std::to_string(i % 100), "clip", i, ksqldb::Decimal("0.05")});
    print(orders.close(std::chrono::seconds(60)));
    std::cout << "acknowledged: " << stored << '\n';

    // The server refuses a row without its key, and ends the stream with it.
    auto more = client.insertStream("orders");
    ksqldb::InsertRow row;
    more.insert(row.set("USER_ID", "bob").set("ITEM", "paper"));
    more.flush();
    more.insert(row.clear().set("ITEM", "paper"));
    print(more.close(std::chrono::seconds(60)));
} catch (const ksqldb::Error& error) {
    return sample::failed(error);
}
