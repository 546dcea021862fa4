#include "other_clients.h"

#include <curl/curl.h>
#include <rapidjson/document.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace ksqldb::benchmark {

namespace {

using Bytes = std::function<void(std::string_view)>;

std::size_t throwAway(char*, std::size_t size, std::size_t count, void* gotBytes) {
    *static_cast<bool*>(gotBytes) = true;
    return size * count;
}

struct Receiver {
    const Bytes* onBytes;
    bool gotBytes = false;
};

std::size_t passOn(char* bytes, std::size_t size, std::size_t count, void* receiver) {
    auto* self = static_cast<Receiver*>(receiver);
    self->gotBytes = true;
    (*self->onBytes)({bytes, size * count});
    return size * count;
}

/// `gotBytes` is set by the write callback.
void run(const std::string& url, const std::string& statement, Form form, curl_write_callback write,
         void* data, bool& gotBytes, int pauseUs, std::size_t queries) {
    CURLM* multi = curl_multi_init();
    const std::string target = url + "/query-stream";
    const std::string body = "{\"sql\":\"" + statement + "\"}";
    curl_slist* headers = nullptr;
    headers = curl_slist_append(headers, "Content-Type: application/json");
    headers = curl_slist_append(headers, form == Form::Delimited
                                             ? "Accept: application/vnd.ksqlapi.delimited.v1"
                                             : "Accept: application/vnd.ksql.v1+json");
    std::vector<CURL*> all;
    for (std::size_t i = 0; i < queries; ++i) {
        CURL* easy = all.emplace_back(curl_easy_init());
        curl_easy_setopt(easy, CURLOPT_URL, target.c_str());
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.c_str());
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 64L * 1024L);
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, write);
        curl_easy_setopt(easy, CURLOPT_WRITEDATA, data);
        curl_multi_add_handle(multi, easy);
    }
    int running = 1;
    while (running > 0) {
        gotBytes = false;
        curl_multi_perform(multi, &running);
        if (gotBytes && pauseUs > 0)
            std::this_thread::sleep_for(std::chrono::microseconds(pauseUs));
        else if (running > 0)
            curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
    }
    std::size_t complete = 0;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left))
        if (message->data.result == CURLE_OK) ++complete;
    for (CURL* easy : all) {
        curl_multi_remove_handle(multi, easy);
        curl_easy_cleanup(easy);
    }
    curl_slist_free_all(headers);
    curl_multi_cleanup(multi);
    if (complete != queries) throw std::runtime_error("curl failed");
}

using Value = std::variant<std::nullptr_t, bool, std::int64_t, double, std::string>;
using HeapRow = std::vector<Value>;

Value valueOf(const rapidjson::Value& json) {
    if (json.IsBool()) return json.GetBool();
    if (json.IsInt64()) return json.GetInt64();
    if (json.IsNumber()) return json.GetDouble();
    if (json.IsString()) return std::string(json.GetString(), json.GetStringLength());
    return nullptr;
}

struct Queue {
    std::mutex mutex;
    std::condition_variable arrived;
    std::deque<std::unique_ptr<HeapRow>> rows;
    bool ended = false;

    void push(std::unique_ptr<HeapRow> row) {
        {
            std::lock_guard lock(mutex);
            if (row)
                rows.push_back(std::move(row));
            else
                ended = true;
        }
        arrived.notify_one();
    }
    std::unique_ptr<HeapRow> pop() {
        std::unique_lock lock(mutex);
        arrived.wait(lock, [&] { return !rows.empty() || ended; });
        if (rows.empty()) return nullptr;
        auto row = std::move(rows.front());
        rows.pop_front();
        return row;
    }
};

void takeLine(const std::string& line, Queue& queue) {
    rapidjson::Document document;
    document.Parse(line.c_str());
    const rapidjson::Value* columns = &document;
    if (document.IsObject() && document.HasMember("row")) columns = &document["row"]["columns"];
    if (!columns->IsArray()) return;
    auto row = std::make_unique<HeapRow>();
    for (const rapidjson::Value& column : columns->GetArray()) row->push_back(valueOf(column));
    queue.push(std::move(row));
}

}  // namespace

void receiveOnly(const std::string& url, const std::string& statement, Form form,
                 std::size_t queries) {
    bool gotBytes = false;
    run(url, statement, form, &throwAway, &gotBytes, gotBytes, 0, queries);
}

void receive(const std::string& url, const std::string& statement, Form form, const Bytes& onBytes,
             int pauseUs) {
    Receiver receiver{&onBytes};
    run(url, statement, form, &passOn, &receiver, receiver.gotBytes, pauseUs, 1);
}

std::size_t naive(const std::string& url, const std::string& statement, Form form) {
    Queue queue;
    std::thread loop([&] {
        std::string text;
        receive(url, statement, form, [&](std::string_view bytes) {
            text.append(bytes);
            std::size_t end = 0;
            while ((end = text.find('\n')) != std::string::npos) {
                std::string line = text.substr(0, end);
                text = text.substr(end + 1);
                if (!line.empty() && line.back() == ',') line.pop_back();
                if (!line.empty()) takeLine(line, queue);
            }
        });
        queue.push(nullptr);
    });
    std::size_t rows = 0;
    std::uint64_t seen = 0;
    while (const auto row = queue.pop()) {
        ++rows;
        for (const Value& value : *row) {
            if (const auto* number = std::get_if<std::int64_t>(&value))
                seen += static_cast<std::uint64_t>(*number);
            else if (const auto* text = std::get_if<std::string>(&value))
                seen += text->size();
            else
                seen += value.index();
        }
    }
    loop.join();
    return seen == 0 ? 0 : rows;
}

}  // namespace ksqldb::benchmark
