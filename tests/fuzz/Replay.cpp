// SPDX-License-Identifier: GPL-3.0-or-later
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

// Stands in for libFuzzer where the compiler has none: every file that is named, or lies in a folder that is, and `-mutations=N`
// simple changes of it. It looks for nothing new, but what was found stays found, and the targets stay compiled.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

namespace {

// What is being tried, for when it ends the program: left in the working folder as `replay-failed`.
std::pair<const std::uint8_t *, std::size_t> tried{};

void keepWhatFailed(int)
{
    const int file = open("replay-failed", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file >= 0 && write(file, tried.first, tried.second) >= 0)
        close(file);
}

using Bytes = std::vector<std::uint8_t>;

Bytes changed(Bytes bytes, const std::vector<Bytes> &others, std::mt19937 &random)
{
    const auto below = [&](std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end == 0 ? 0 : end - 1)(random); };
    for (std::size_t turns = 1 + below(4); turns > 0; --turns) {
        const std::size_t at = below(bytes.size() + 1);
        switch (below(5)) {
        case 0:
            bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), static_cast<std::uint8_t>(below(256)));
            break;
        case 1:
            if (at < bytes.size())
                bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at));
            break;
        case 2:
            if (at < bytes.size())
                bytes[at] ^= static_cast<std::uint8_t>(1U << below(8));
            break;
        case 3:
            bytes.resize(at);
            break;
        default: {
            const Bytes &other = others[below(others.size())];
            const std::size_t from = below(other.size() + 1);
            bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), other.begin() + static_cast<std::ptrdiff_t>(from), other.end());
        }
        }
    }
    return bytes;
}

Bytes contentOf(const std::filesystem::path &path)
{
    std::ifstream file(path, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(file), {});
}

void attempt(const Bytes &bytes)
{
    tried = {bytes.data(), bytes.size()};
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

} // namespace

int main(int count, char **arguments)
{
    std::vector<Bytes> corpus;
    int mutations = 0;
    for (int i = 1; i < count; ++i) {
        const std::string argument = arguments[i];
        if (argument.starts_with("-mutations=")) {
            mutations = std::atoi(argument.c_str() + 11);
        } else if (!std::filesystem::exists(argument)) {
            std::fprintf(stderr, "%s is not there\n", argument.c_str());
            return 1;
        } else if (std::filesystem::is_directory(argument)) {
            for (const auto &file : std::filesystem::recursive_directory_iterator(argument))
                if (file.is_regular_file())
                    corpus.push_back(contentOf(file.path()));
        } else {
            corpus.push_back(contentOf(argument));
        }
    }
    if (corpus.empty()) {
        std::fputs("no files\n", stderr);
        return 1;
    }
    std::signal(SIGABRT, keepWhatFailed);
    std::mt19937 random(20261127);
    for (const Bytes &bytes : corpus) {
        attempt(bytes);
        for (int i = 0; i < mutations; ++i) {
            attempt(changed(bytes, corpus, random));
        }
    }
    std::printf("%zu inputs, %d changes of each\n", corpus.size(), mutations);
    return 0;
}
