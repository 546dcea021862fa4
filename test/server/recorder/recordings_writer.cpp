#include "recordings_writer.h"

#include "recording_text.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace ksqldb::server {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t maxNameSize = 60;
constexpr std::size_t digits = 4;

/// The first words of a text, in small letters, with `-` in between.
std::string slug(std::string_view text) {
    std::string result;
    bool isBetween = false;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_') {
            isBetween = !result.empty();
            continue;
        }
        if (isBetween) {
            if (result.size() >= maxNameSize) break;
            result += '-';
        }
        isBetween = false;
        result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return result.substr(0, maxNameSize + 20);
}

/// The number at the end of a recording's name; 0 if there is none.
std::size_t numberOf(const std::string& stem) {
    std::size_t number = 0;
    const std::size_t dash = stem.rfind('-');
    if (dash != std::string::npos && stem.size() - dash > digits)
        std::from_chars(stem.data() + dash + 1, stem.data() + stem.size(), number);
    return number;
}

void writeAll(const fs::path& file, const std::string& text, std::ios::openmode mode) {
    std::ofstream stream(file, std::ios::binary | mode);
    stream.write(text.data(), static_cast<std::streamsize>(text.size()));
    if (!stream.flush()) throw std::runtime_error("cannot write " + file.string());
}

}  // namespace

RecordingsWriter::RecordingsWriter(fs::path folder) : folder_(std::move(folder)) {
    fs::create_directories(folder_);
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
        if (entry.path().extension() == ".json")
            number_ = std::max(number_, numberOf(entry.path().stem().string()));
    }
}

std::string RecordingsWriter::numbered(const std::string& name) {
    const std::string number = std::to_string(++number_);
    return name + '-' + std::string(digits - std::min(digits, number.size()), '0') + number;
}

std::string RecordingsWriter::nameFor(std::string_view path, std::string_view statement) {
    path = path.substr(0, path.find('?'));
    const std::size_t begin = std::min(path.size(), path.find_first_not_of('/'));
    path.remove_prefix(begin);
    const std::string_view first = path.substr(0, path.find('/'));
    std::string group = slug(first);
    if (group.empty()) group = "other";
    const std::string_view rest = path.substr(first.size());
    std::string name = slug(statement.empty() ? rest : statement);
    if (name.empty()) name = group;
    std::lock_guard lock(mutex_);
    return numbered(group + '/' + name);
}

void RecordingsWriter::write(Recording recording) {
    std::lock_guard lock(mutex_);
    while (true) {
        const fs::path file = folder_ / (recording.name + ".json");
        auto unfinished = file;
        unfinished += '.' + std::to_string(::getpid()) + ".new";
        fs::create_directories(file.parent_path());
        writeAll(unfinished, recordingText(recording), std::ios::trunc);
        // Other than a rename, a link never takes the place of a file.
        std::error_code error;
        fs::create_hard_link(unfinished, file, error);
        if (!error) {
            fs::remove(unfinished);
            break;
        }
        if (!fs::exists(file)) {
            fs::rename(unfinished, file);  // no links here
            break;
        }
        fs::remove(unfinished);
        recording.name = numbered(recording.name.substr(0, recording.name.rfind('-')));
    }
    const fs::path index = folder_ / "INDEX.tsv";
    writeAll(index, (fs::exists(index) ? "" : indexHead()) + indexLine(recording), std::ios::app);
}

}  // namespace ksqldb::server
