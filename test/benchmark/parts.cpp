// What the parts of a row's way cost, each alone on one thread: splitting into lines, decoding,
// reading every column. And typed rows against getters written by hand and against look-ups by
// name. It works on the library's insides.
//     benchmark-parts [--rounds=15]

#include "harness.h"
#include "protocol/batch.h"
#include "protocol/response_reader.h"
#include "protocol/row_decoder.h"
#include "readers.h"

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace ksqldb::benchmark {
namespace {

constexpr std::size_t batchRows = 100;

volatile std::uint64_t sink = 0;

/// The rows' lines as the transfer gets them, and batches of them.
class Parts {
public:
    Parts(const std::string& name, std::size_t rows, Form form)
        : set_(DataSet::named(name)), form_(form), read_(readerOf(name)) {
        for (std::size_t i = 0; i < rows; ++i) lines_.push_back(set_.row(i, form));
        for (std::size_t i = 0; i * batchRows < rows; ++i)
            batches_.push_back(std::make_shared<protocol::Batch>());
    }

    std::size_t rows() const { return lines_.size(); }

    void split() {
        protocol::ResponseReader reader({std::size_t{1} << 20});
        reader.setBatch(batches_[0]);
        batches_[0]->recycle();
        reader.feed(set_.header(form_));
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            if (i != 0 && i % batchRows == 0) {
                reader.takeBatch();
                batches_[i / batchRows]->recycle();
                reader.setBatch(batches_[i / batchRows]);
            }
            reader.feed(lines_[i]);
        }
    }
    void decode() {
        for (const auto& batch : batches_) decoder_.ensureDecoded(*batch);
    }
    void readAll() {
        forEach([this](const RowView& row) { return read_(row); });
    }
    template <class F>
    void forEach(F read) {
        std::uint64_t sum = 0;
        for (const auto& batch : batches_)
            for (std::uint32_t i = 0; i < batch->rowCount; ++i) sum += read(batch->row(i));
        sink = sum;
    }
    const Schema& schema() const { return batches_[0]->schema; }

private:
    const DataSet& set_;
    const Form form_;
    const ReadRow read_;
    std::vector<std::string> lines_;
    std::vector<std::shared_ptr<protocol::Batch>> batches_;
    protocol::RowDecoder decoder_;
};

void printAll(const std::vector<Contender>& all, std::size_t rows, const std::string& title) {
    std::printf("\n%s\n", title.c_str());
    for (const Contender& one : all)
        std::printf("  %-34s %8.1f ns/row\n", one.name.c_str(), one.cpuNs(rows));
    std::fflush(stdout);
}

void benchmarkParts(const std::string& name, std::size_t rows, int rounds) {
    for (const Form form : {Form::StreamedRow, Form::Delimited}) {
        Parts parts(name, rows, form);
        std::vector<Contender> all = {
            {"split into lines", [&] { parts.split(); }, "", {}},
            {"decode", [&] { parts.decode(); }, "", {}},
            {"read every column", [&] { parts.readAll(); }, "", {}},
        };
        interleave(all, rounds);
        printAll(all, rows, name + (form == Form::StreamedRow ? ", StreamedRow" : ", delimited"));
    }
}

template <class T>
void benchmarkTyped(const std::string& name, std::size_t rows, int rounds,
                    T (*byHand)(const RowView&)) {
    Parts parts(name, rows, Form::StreamedRow);
    parts.split();
    parts.decode();
    const RowReader<T> typed(parts.schema());
    const ReadRow byIndex = readerOf(name);
    const ReadRow byName = nameReaderOf(name);
    std::vector<Contender> all = {
        {"struct, filled by hand",
         [&] { parts.forEach([&](const RowView& row) { return sumOf(byHand(row)); }); },
         "",
         {}},
        {"struct, typed row",
         [&] { parts.forEach([&](const RowView& row) { return sumOf(typed(row)); }); },
         "",
         {}},
        {"getters, by index", [&] { parts.forEach(byIndex); }, "", {}},
        {"getters, by name", [&] { parts.forEach(byName); }, "", {}},
    };
    interleave(all, rounds);
    printAll(all, rows, name + ", reading a decoded row");
    std::printf("  typed to by hand %.2f, by name to by index %.2f\n", 1 / ratio(all[1], all[0]),
                1 / ratio(all[3], all[2]));
}

}  // namespace
}  // namespace ksqldb::benchmark

int main(int argc, char** argv) {
    using namespace ksqldb::benchmark;
    preferThisProcess();
    const int rounds = static_cast<int>(option(argc, argv, "rounds", 15));
    benchmarkParts("narrow", 100'000, rounds);
    benchmarkParts("typical", 50'000, rounds);
    benchmarkParts("wide", 8'000, rounds);
    benchmarkTyped<NarrowRow>("narrow", 100'000, rounds, &handWrittenNarrow);
    benchmarkTyped<TypicalRow>("typical", 50'000, rounds, &handWrittenTypical);
}
