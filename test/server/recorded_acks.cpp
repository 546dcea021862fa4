#include "recorded_acks.h"

#include "json.h"

#include <algorithm>

namespace ksqldb::server {

RecordedAcks::RecordedAcks(const std::string& answer) {
    for (auto at = answer.find('{'); at != std::string::npos; at = answer.find('{', at)) {
        // What follows an element is no part of its JSON.
        rapidjson::Document element;
        rapidjson::MemoryStream stream(answer.data() + at, answer.size() - at);
        element.ParseStream<rapidjson::kParseStopWhenDoneFlag>(stream);
        if (element.HasParseError()) return;
        const auto* row = member(element, "seq");
        if (row != nullptr && row->IsInt64()) rows_.emplace_back(at, row->GetInt64());
        at += stream.Tell();
    }
}

void RecordedAcks::readRowsFor(std::size_t size, Exchange& exchange) {
    sent_ += size;
    for (; next_ < rows_.size() && rows_[next_].first < sent_; ++next_) {
        // The first line are the arguments.
        while (!atEnd_ && linesRead_ < rows_[next_].second + 2) {
            atEnd_ = !exchange.readLine();
            ++linesRead_;
        }
    }
}

}  // namespace ksqldb::server
