#pragma once

#include "exchange.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ksqldb::server {

/// Keeps the acknowledgements of a recorded insert stream behind the rows that they are for: none
/// is sent before its row has come.
class RecordedAcks {
public:
    /// The body of an answer to /inserts-stream.
    explicit RecordedAcks(const std::string& answer);

    /// Reads the rows that the next `size` bytes of the answer are about, or to the end of the
    /// request where it has fewer.
    void readRowsFor(std::size_t size, Exchange& exchange);

private:
    std::vector<std::pair<std::size_t, std::int64_t>> rows_;  // by the place in the answer
    std::size_t next_ = 0;
    std::size_t sent_ = 0;
    std::int64_t linesRead_ = 0;
    bool atEnd_ = false;
};

}  // namespace ksqldb::server
