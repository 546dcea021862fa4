#pragma once
#include "protocol/batch.h"

namespace ksqldb::protocol {

/// Decodes the lines of a batch, of either form: `[1,"a"]` and `{"row":{"columns":[1,"a"]}}`.
/// RapidJSON does the JSON, in place. Plain lines only become cells. One object serves one thread;
/// it keeps its memory.
class RowDecoder {
public:
    RowDecoder();
    ~RowDecoder();
    RowDecoder(RowDecoder&&) noexcept;
    RowDecoder& operator=(RowDecoder&&) noexcept;

    /// Idempotent. A line that is wrong by batch.rules ends the batch there: the rows before it
    /// stay, batch.error says what is wrong. `firstRow` rows came before the batch.
    void ensureDecoded(Batch& batch, std::uint64_t firstRow = 0);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ksqldb::protocol
