#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::benchmark {

/// The two forms of a /query-stream answer.
enum class Form { StreamedRow, Delimited };

/// Columns and the text of some rows. Rows repeat after `rows`, which is long enough not to stay in
/// a cache.
struct DataSet {
    std::string name;
    std::vector<std::string> columns;
    std::vector<std::string> types;
    std::vector<std::string> rows;  // `1,"a",2.5`

    /// "narrow" (36 B), "typical" (177 B), "wide" (1 424 B), "real" (115 B, begins with a stamp of
    /// 19 digits).
    static const DataSet& named(std::string_view name);

    std::string header(Form form) const;  // a line
    std::string row(std::size_t i, Form form) const;
};

/// The last lines of an answer.
std::vector<std::string> lastLines(Form form);

/// One chunk of HTTP/1.1's transfer coding.
std::string chunk(std::string_view text);

/// A data set as it goes over the wire: one chunk per row, made before any clock starts.
struct Wire {
    std::string bytes;
    std::vector<std::size_t> ends;  // of each row's chunk

    static const Wire& of(std::string_view name, Form form);
};

}  // namespace ksqldb::benchmark
