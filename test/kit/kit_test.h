#pragma once
// What the tests of the kit share. They know it as its users do: by its public headers.
#include <ksqldb/ksqldb.h>
#include <ksqldb/testing.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace ksqldb::kit {

using namespace std::chrono_literals;

/// Longer than anything takes, even with sanitizers.
inline constexpr std::chrono::seconds patience{30};

/// The Error that `call` throws; a failure of the test if it throws none.
template <class Call>
Error errorFrom(Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "no ksqldb::Error was thrown";
    return Error(ErrorCode{}, "no error");
}

/// future.get(), but not for ever.
template <class T>
T take(std::future<T> future) {
    if (future.wait_for(patience) != std::future_status::ready)
        throw std::runtime_error("the future does not become ready");
    return future.get();
}

/// Rows as text.
inline std::vector<std::string> textsOf(const QueryResult& result) {
    std::vector<std::string> texts;
    for (const RowView row : result) texts.push_back(row.toString());
    return texts;
}

/// What a stream brings, in order. It has to outlive the stream.
class Notes {
public:
    StreamCallbacks callbacks() {
        StreamCallbacks all;
        all.onRow = [this](StreamControl&, RowView row) {
            note((row.isTombstone() ? "gone: " : "") + row.toString());
        };
        all.onEvent = [this](StreamControl&, const StreamEvent& event) {
            note("event: " + event.toString());
        };
        all.onEnd = [this](const Ending& ending) {
            note("end: " +
                 (ending.error() != nullptr ? ending.error()->serverMessage() : ending.toString()));
        };
        return all;
    }
    void note(std::string text) {
        std::lock_guard lock(mutex_);
        texts_.push_back(std::move(text));
        changed_.notify_all();
    }
    /// Waits for so many notes, and gives all.
    std::vector<std::string> wait(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, patience, [&] { return texts_.size() >= count; });
        return texts_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> texts_;
};

using Texts = std::vector<std::string>;

}  // namespace ksqldb::kit
