# SPDX-License-Identifier: MIT
"""The MACs that the module is held against, computed again."""

import hashlib
import hmac

import known_answers
from paths import MODULE


def test_the_modules_table_is_what_hashlib_and_openssl_compute() -> None:
    assert (MODULE / "known_answers.c").read_text(encoding="utf-8") == known_answers.source()


def test_each_algorithm_size_and_socket_has_an_answer_of_its_own() -> None:
    answers = {
        known_answers.answer(algorithm, length, socket)
        for algorithm in known_answers.IDS
        for length in known_answers.SIZES
        for socket in known_answers.SOCKETS
    }
    assert len(answers) == len(known_answers.IDS) * len(known_answers.SIZES) * len(known_answers.SOCKETS)


def test_hmac_is_that_of_rfc_2202() -> None:
    assert hmac.new(b"\x0b" * 20, b"Hi There", hashlib.sha1).hexdigest() == "b617318655057264e28bc0b6fb378c8ef146be00"


def test_cmac_is_that_of_rfc_4493() -> None:
    key = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
    message = bytes.fromhex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411")
    assert known_answers.cmac(key, message).hex() == "dfa66747de9ae63030ca32611497c827"


def test_gcm_is_that_of_its_specification() -> None:
    """Test case 4 of McGrew and Viega: AAD, and a text that does not end with a block."""
    cipher, tag = known_answers.gcm(
        bytes.fromhex("feffe9928665731c6d6a8f9467308308"),
        bytes.fromhex("cafebabefacedbaddecaf888"),
        bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
        bytes.fromhex(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
            "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
        ),
    )
    assert cipher.hex() == (
        "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
    )
    assert tag.hex() == "5bc94fbc3221a5db94fae95ae7121a47"
