#include <ksqldb/result.h>

#include <algorithm>
#include <string>
#include <utility>

namespace ksqldb {

struct QueryResult::Data {
    Header header;
    std::vector<RowBatch> batches;      // none of them empty
    std::vector<std::size_t> firstRow;  // of each batch
    std::size_t size = 0;
    Ending ending;
};

QueryResult::QueryResult() : data_(std::make_shared<const Data>()) {}

QueryResult::QueryResult(Header header, std::vector<RowBatch> batches, Ending ending) {
    auto data = std::make_shared<Data>();
    data->header = std::move(header);
    data->ending = std::move(ending);
    data->batches = std::move(batches);
    data->batches.erase(std::remove_if(data->batches.begin(), data->batches.end(),
                                       [](const RowBatch& batch) { return batch.empty(); }),
                        data->batches.end());
    for (const RowBatch& batch : data->batches) {
        data->firstRow.push_back(data->size);
        data->size += batch.size();
    }
    data_ = std::move(data);
}

const Header& QueryResult::header() const& noexcept { return data_->header; }
Ending QueryResult::ending() const noexcept { return data_->ending; }
std::size_t QueryResult::size() const noexcept { return data_->size; }

RowView QueryResult::operator[](std::size_t i) const& {
    if (i >= data_->size)
        throw Error(ErrorCode::OutOfRange, "row " + std::to_string(i) + " of a result with " +
                                               std::to_string(data_->size));
    const auto after = std::upper_bound(data_->firstRow.begin(), data_->firstRow.end(), i);
    const auto batch = static_cast<std::size_t>(after - data_->firstRow.begin()) - 1;
    return data_->batches[batch][i - data_->firstRow[batch]];
}

QueryResult::iterator QueryResult::begin() const noexcept {
    return iterator(data_->batches.data());
}
QueryResult::iterator QueryResult::end() const noexcept {
    return iterator(data_->batches.data() + data_->batches.size());
}

}  // namespace ksqldb
