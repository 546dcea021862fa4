// What lies in a topic: PRINT, whose lines are the server's own words.
#include "sample.h"

#include <string_view>

int main() try {
    ksqldb::Client client(sample::server());

    // As they are asked for.
    const char* firstThree = "PRINT 'orders' FROM BEGINNING LIMIT 3;";
    for (std::string_view line : client.streamLines(firstThree)) std::cout << line << '\n';

    // As they come. Without LIMIT it would go on until the handle goes.
    int count = 0;
    int status = 0;
    auto subscription = client.streamLines(
        firstThree, [&count](ksqldb::StreamControl&, std::string_view) { ++count; },
        [&status](const ksqldb::Ending& ending) {
            if (ending.error() != nullptr) status = sample::failed(*ending.error());
        });
    subscription.wait();
    std::cout << count << " messages\n";
    return status;
} catch (const ksqldb::Error& error) {
    return sample::failed(error);
}
