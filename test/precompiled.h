// What most tests include, for -Db_pch=true. g++ refuses #pragma once where a header is compiled by
// itself.

#if __has_include(<ksqldb/ksqldb.h>)
#include <ksqldb/ksqldb.h>
#endif

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>
