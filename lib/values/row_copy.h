#pragma once
#include "values/row_block.h"

#include <cstdint>
#include <memory>

namespace ksqldb::values {

/// One row of a block as a block of its own, in one allocation.
std::shared_ptr<const detail::RowBlock> copyRow(const detail::RowBlock& from, std::uint32_t row);

/// Whether the first rows of two blocks with equal schemas have equal values, as they were sent.
bool haveEqualCells(const detail::RowBlock& a, const detail::RowBlock& b);

}  // namespace ksqldb::values
