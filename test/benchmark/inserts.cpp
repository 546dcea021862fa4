// Rows inserted and acknowledged per second, against libcurl that uploads the same bytes and throws
// the acknowledgements away. Rows "as text" lie ready, as libcurl's bytes do; the others are
// written when they are inserted.
//     benchmark-inserts <server program> [--rounds=5] [--rows=200000]

#include "harness.h"

#include <ksqldb/ksqldb.h>

#include <curl/curl.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace ksqldb::benchmark {
namespace {

InsertRow& filled(InsertRow& row, std::int64_t number) {
    return row.clear()
        .set("SENSOR", "s" + std::to_string(number % 100))
        .set("SEQ", number)
        .set("VALUE", 0.5 * static_cast<double>(number));
}

void insert(Client& client, std::size_t rows, std::uint64_t window) {
    InsertStream out = client.insertStream("S", InsertStreamOptions().window(window));
    InsertRow row;
    for (std::size_t i = 0; i < rows; ++i) out.insert(filled(row, static_cast<std::int64_t>(i)));
    if (!out.close(std::chrono::seconds(60)).ok()) throw std::runtime_error("rows are missing");
}

void insertReady(Client& client, std::vector<InsertRow>& rows, std::size_t count,
                 std::uint64_t window) {
    InsertStream out = client.insertStream("S", InsertStreamOptions().window(window));
    for (std::size_t i = 0; i < count; ++i) out.insert(rows[i % rows.size()]);
    if (!out.close(std::chrono::seconds(60)).ok()) throw std::runtime_error("rows are missing");
}

struct Upload {
    const std::string& body;
    std::size_t at = 0;
};

std::size_t readUpload(char* into, std::size_t size, std::size_t count, void* user) {
    auto& upload = *static_cast<Upload*>(user);
    const std::size_t bytes = std::min(size * count, upload.body.size() - upload.at);
    std::memcpy(into, upload.body.data() + upload.at, bytes);
    upload.at += bytes;
    return bytes;
}

std::size_t throwAway(char*, std::size_t size, std::size_t count, void*) { return size * count; }

/// False: libcurl stalls, as 7.88 does with one of 16 such uploads once all is read.
bool upload(const std::string& url, const std::string& body) {
    Upload state{body};
    CURL* const curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION,
                     static_cast<long>(CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE));
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, readUpload);
    curl_easy_setopt(curl, CURLOPT_READDATA, &state);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, throwAway);
    curl_slist* const headers = curl_slist_append(nullptr, "Expect:");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 3000L);
    const CURLcode result = curl_easy_perform(curl);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    if (result == CURLE_OPERATION_TIMEDOUT) return false;
    if (result != CURLE_OK) throw std::runtime_error(curl_easy_strerror(result));
    return true;
}

}  // namespace
}  // namespace ksqldb::benchmark

int main(int argc, char** argv) {
    using namespace ksqldb;
    using namespace ksqldb::benchmark;
    const std::size_t rows = option(argc, argv, "rows", 200'000);
    const auto rounds = static_cast<int>(option(argc, argv, "rounds", 5));
    const ServerProcess server(argv[1]);
    Client client(ClientOptions(server.url()));

    std::string body = "{\"target\":\"S\"}\n";
    InsertRow row;
    for (std::size_t i = 0; i < rows; ++i)
        body.append(filled(row, static_cast<std::int64_t>(i)).json()).append("\n");
    std::vector<InsertRow> ready(1000);
    for (std::size_t i = 0; i < ready.size(); ++i)
        filled(ready[i], static_cast<std::int64_t>(i + rows - ready.size()));

    std::vector<Contender> contenders;
    int stalls = 0;
    contenders.push_back({"curl",
                          [&] { stalls += upload(server.url() + "/inserts-stream", body) ? 0 : 1; },
                          "",
                          {}});
    for (const std::uint64_t window : {10'000, 100}) {
        const std::string name = "window " + std::to_string(window);
        contenders.push_back({name + ", ready",
                              [&, window] { insertReady(client, ready, rows, window); },
                              "curl",
                              {}});
        contenders.push_back({name, [&, window] { insert(client, rows, window); }, "curl", {}});
    }
    // A round trip a row: a tenth of them is enough.
    const std::size_t few = rows / 10;
    contenders.push_back({"window 1", [&] { insert(client, few, 1); }, "", {}});
    interleave(contenders, rounds);

    std::printf("%-22s %12s %10s %10s\n", "", "rows/s", "to curl", "CPU ns/row");
    for (const Contender& contender : contenders) {
        const bool isWhole = contender.name != "window 1";
        std::printf("%-22s %12.0f ", contender.name.c_str(),
                    contender.perSecond(isWhole ? rows : few));
        if (isWhole)
            std::printf("%10.2f ", ratio(contender, contenders.front()));
        else
            std::printf("%10s ", "");
        std::printf("%10.0f\n", contender.cpuNs(isWhole ? rows : few));
    }
    if (stalls > 0) std::printf("curl stalled %d times\n", stalls);
    std::printf("resident: %zu kB\n", residentBytes() / 1024);
}
