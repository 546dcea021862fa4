// A table of ksqlDB's in the program's memory: its present rows first, then every change.
#include "sample.h"

#include <algorithm>

struct UserRatings {
    std::string user;
    std::int64_t ratings = 0;
    double stars = 0;

    static constexpr auto ksqldbFields() {
        return ksqldb::fields(ksqldb::key("USER_ID", &UserRatings::user),
                              ksqldb::field("RATINGS", &UserRatings::ratings),
                              ksqldb::field("MEAN_STARS", &UserRatings::stars));
    }
};

int main() try {
    ksqldb::Client client(sample::server());

    ksqldb::LiveTableCallbacks<std::string, UserRatings> callbacks;
    callbacks.onUpdate = [](const std::string& user, const UserRatings& before,
                            const UserRatings& after) {
        std::cout << user << ": " << before.ratings << " -> " << after.ratings << " ratings\n";
    };
    callbacks.onDelete = [](const std::string& user, const UserRatings&) {
        std::cout << user << " is gone\n";
    };
    callbacks.onRestart = [](const ksqldb::Ending& why) {
        std::cout << "the query has ended (" << why << "), another follows\n";
    };

    // Where the server goes away, the table waits for it, and then tells only what has changed.
    ksqldb::LiveTable<std::string, UserRatings> table(
        client, "RATINGS_BY_USER", std::move(callbacks),
        ksqldb::LiveTableOptions().restart(ksqldb::RetryPolicy().attempts(10)));
    if (!table.waitCaughtUp(std::chrono::seconds(30))) {
        if (const auto ending = table.ending()) std::cerr << *ending << '\n';
        return 1;
    }

    // One row, and all of them at one moment; from any thread, while changes come.
    if (const auto alice = table.find("alice"))
        std::cout << "alice: " << alice->stars << " stars on average\n";
    const auto most = table.read([](const auto& rows) {
        std::int64_t highest = 0;
        for (const auto& [user, row] : rows) highest = std::max(highest, row.ratings);
        return highest;
    });
    std::cout << table.size() << " users, of whom the most eager gave " << most << " ratings\n";
} catch (const ksqldb::Error& error) {
    return sample::failed(error);
}
