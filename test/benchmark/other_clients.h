#pragma once
#include "data_set.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace ksqldb::benchmark {

// What the library is compared with.

/// A libcurl multi loop (curl_multi_perform, curl_multi_poll) that throws the bytes away: the
/// floor. `queries`: so many at once.
void receiveOnly(const std::string& url, const std::string& statement, Form form,
                 std::size_t queries = 1);

/// The same, which calls back for every piece. `pauseUs`: how long it sleeps after each round that
/// brought something.
void receive(const std::string& url, const std::string& statement, Form form,
             const std::function<void(std::string_view)>& onBytes, int pauseUs = 0);

/// A client as one writes it first: libcurl on a thread; a RapidJSON document, a row of variants on
/// the heap and a notified condition variable per row. Reads every column. How many rows there
/// were.
std::size_t naive(const std::string& url, const std::string& statement, Form form);

}  // namespace ksqldb::benchmark
