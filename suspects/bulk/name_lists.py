"""Names of a made-up population and how common they are.

Numbers are shares within one list, rounded from what anybody knows of British names; nobody is meant. Surnames beyond
the common ones are composed (`COMPOSED`), so that a million people do not share a few hundred names.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Names:
    """Names with their cumulative shares, as `random.choices(values, cum_weights=shares)` wants them."""

    values: tuple[str, ...]
    shares: tuple[float, ...]


def _names(text: str) -> Names:
    """From "Smith 116 Jones 86 O'Brien 9 …": a name, then its share; "_" stands for a space inside a name."""
    words = text.split()
    values = tuple(word.replace("_", " ") for word in words[::2])
    return Names(values, tuple(accumulate(float(word) for word in words[1::2])))


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _even(text: str) -> Names:
    """Names without numbers: the first is about eight times as common as the last."""
    values = text.split()
    shares = (1 / (1 + 7 * place / len(values)) for place in range(len(values)))
    return Names(tuple(word.replace("_", " ") for word in values), tuple(accumulate(shares)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """Whose names go together. `composed` is the share of surnames put together from `starts` and `ends`."""

    share: float
    surnames: Names
    men: tuple[Names, Names, Names]  # born before 1965, to 1989, later
    women: tuple[Names, Names, Names]
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    composed: float = 0.0
    ethnicity: str = "W1"
    seen_as: str = "IC1"
    birthplaces: tuple[str, ...] = ()
    british_given: float = 0.0  # share who carry an English forename


_ENGLISH_MEN = (
    _names(
        "John 90 David 88 Michael 62 Peter 55 Robert 52 Anthony 36 Brian 34 Alan 33 William 31 James 30 Richard 28 "
        "Kenneth 24 Roger 20 Keith 20 Colin 19 Christopher 18 Raymond 17 George 17 Thomas 16 Terence 15 Derek 15 "
        "Ronald 14 Barry 14 Philip 13 Dennis 12 Graham 12 Malcolm 11 Trevor 11 Geoffrey 10 Stephen 10 Edward 9 "
        "Charles 9 Frederick 8 Patrick 8 Gordon 7 Leslie 7 Donald 7 Norman 6 Arthur 6 Albert 5 Harold 5 Walter 4 "
        "Stanley 4 Ernest 3 Reginald 3 Cyril 2 Percy 1 Wilfred 1"
    ),
    _names(
        "David 62 Paul 58 Andrew 50 Mark 49 John 38 Michael 38 Stephen 36 Ian 26 Robert 26 Richard 24 Christopher 34 "
        "Peter 20 Simon 21 Anthony 18 Kevin 20 Gary 19 Steven 22 Martin 17 James 30 Philip 12 Alan 12 Neil 14 "
        "Nigel 9 Timothy 10 Colin 8 Graham 8 Jonathan 12 Nicholas 11 William 10 Adrian 8 Brian 8 Stuart 10 Keith 7 "
        "Patrick 5 Carl 8 Wayne 8 Lee 14 Darren 13 Jason 14 Craig 10 Daniel 22 Matthew 24 Barry 5 Dean 8 Shaun 6 "
        "Sean 6 Russell 4 Scott 9 Gareth 6 Karl 5 Jamie 6 Benjamin 9 Adam 12 Ryan 9 Luke 7 Thomas 13 Edward 5 "
        "Terry 4 Ricky 3 Damien 2 Glenn 3 Clive 3 Duncan 2 Ross 3 Robin 2 Leon 2 Julian 2 Marcus 2 Dominic 2 Toby 2"
    ),
    _names(
        "Jack 40 Thomas 34 James 34 Daniel 30 Joshua 32 Matthew 26 Ryan 22 Samuel 24 Joseph 20 Luke 20 Callum 20 "
        "Jordan 16 Adam 15 Connor 17 Alexander 17 Benjamin 18 Liam 14 Lewis 15 Nathan 14 Jake 15 Harry 20 Oliver 22 "
        "Charlie 16 George 16 William 18 Kieran 9 Bradley 10 Michael 12 Aaron 11 Jamie 9 Kyle 9 Tyler 8 Ethan 9 "
        "Cameron 9 Mason 5 Logan 4 Dylan 7 Max 7 Ben 7 Reece 5 Rhys 5 Brandon 6 Owen 5 Louis 6 Harvey 6 Jayden 4 "
        "Alfie 6 Archie 5 Toby 4 Leon 4 Declan 3 Elliot 4 Edward 5 Robert 6 Christopher 7 David 6 Sean 4 Scott 3 "
        "Joe 4 Finley 3 Henry 5 Freddie 3 Theo 2 Noah 3 Kai 2 Zak 2 Ashley 3 Corey 2 Mitchell 1 Jaxon 1 Riley 2"
    ),
)
_ENGLISH_WOMEN = (
    _names(
        "Margaret 60 Patricia 50 Christine 44 Mary 42 Jean 32 Ann 32 Susan 40 Janet 30 Maureen 26 Barbara 28 "
        "Valerie 20 Carol 26 Sandra 22 Pauline 20 Elizabeth 22 Joan 18 Pamela 18 Jennifer 16 Kathleen 15 Anne 18 "
        "Sheila 16 Brenda 15 Gillian 13 Linda 28 Jacqueline 14 Dorothy 13 Shirley 12 Joyce 12 Judith 12 Rosemary 9 "
        "Marion 8 Doreen 8 Beryl 6 Irene 7 Eileen 7 Hazel 5 Marjorie 4 Hilda 3 Edna 3 Vera 3 Winifred 2 Elsie 3 "
        "Gladys 2 Iris 3 Audrey 3 Betty 4 Josephine 3 Lesley 6 Wendy 6"
    ),
    _names(
        "Susan 40 Julie 36 Karen 34 Jacqueline 24 Deborah 24 Tracey 24 Jane 20 Helen 26 Diane 12 Sharon 22 Sarah 40 "
        "Claire 32 Nicola 30 Emma 30 Michelle 22 Lisa 24 Joanne 24 Samantha 20 Louise 18 Rachel 18 Rebecca 19 "
        "Victoria 17 Amanda 18 Angela 15 Elizabeth 15 Alison 15 Kelly 15 Catherine 13 Katherine 8 Laura 20 Gemma 16 "
        "Amy 14 Kerry 9 Dawn 9 Paula 9 Lorraine 8 Donna 10 Maria 8 Wendy 7 Zoe 9 Hayley 9 Charlotte 10 Natalie 10 "
        "Kathryn 6 Lynn 5 Jennifer 12 Anna 7 Stacey 6 Natasha 6 Heather 5 Melanie 6 Tina 5 Debra 4 Andrea 6 Caroline 6 "
        "Teresa 5 Beverley 5 Sally 5 Lucy 8 Danielle 6 Leanne 6 Carly 4 Hannah 8 Kate 4 Ruth 4 Fiona 4 Cheryl 4"
    ),
    _names(
        "Chloe 34 Emily 33 Jessica 32 Megan 24 Sophie 30 Charlotte 26 Lauren 24 Hannah 22 Olivia 26 Lucy 20 Emma 20 "
        "Rebecca 18 Bethany 17 Amy 18 Katie 17 Georgia 14 Ellie 14 Holly 15 Molly 12 Abigail 13 Grace 14 Rachel 11 "
        "Laura 12 Amelia 13 Ella 11 Caitlin 8 Shannon 8 Jade 10 Leah 9 Sarah 10 Eleanor 9 Alice 8 Courtney 7 "
        "Paige 7 Jasmine 7 Danielle 7 Natasha 6 Isabella 6 Mia 7 Lily 7 Poppy 5 Daisy 5 Freya 4 Evie 5 Ruby 6 "
        "Summer 3 Zoe 5 Abbie 4 Kayleigh 4 Kirsty 4 Gemma 4 Stephanie 6 Victoria 5 Elizabeth 7 Erin 4 Niamh 3 "
        "Imogen 3 Scarlett 3 Rosie 4 Isla 2 Phoebe 4 Tia 2 Demi 2 Skye 2 Aimee 3 Catherine 3 Kate 3"
    ),
)
_ENGLISH_SURNAMES = _names(
    "Smith 116 Jones 60 Taylor 58 Brown 56 Williams 36 Wilson 42 Johnson 38 Davies 26 Robinson 35 Wright 34 "
    "Thompson 33 Evans 20 Walker 33 White 32 Roberts 24 Green 30 Hall 29 Wood 28 Jackson 28 Clarke 27 Clark 24 "
    "Harrison 26 Hughes 20 Edwards 22 Turner 25 Martin 24 Cooper 24 Hill 24 Ward 24 Moore 22 Morris 20 King 22 "
    "Watson 22 Harris 20 Baker 21 Allen 19 Mitchell 18 Anderson 17 Lee 20 Parker 20 Bennett 18 Young 17 Cook 17 "
    "Shaw 18 Carter 17 Bailey 17 Richardson 17 Collins 15 Marshall 16 Bell 16 Cox 15 Adams 15 Wilkinson 15 Foster "
    "14 Chapman 14 Mason 14 Ellis 13 Webb 13 Rogers 13 Hunt 13 Mills 13 Holmes 14 Palmer 13 Gibson 13 Matthews 12 "
    "Fisher 12 Barnes 13 Knight 12 Lloyd 9 Butler 12 Russell 11 Barker 12 Jenkins 9 Stevens 10 Dixon 12 Fletcher "
    "12 Reynolds 10 Harvey 10 Pearson 12 Simpson 12 Graham 10 Murray 9 Andrews 10 Payne 10 Day 10 Ford 10 Hunter "
    "9 Fox 10 Brooks 10 West 10 Cole 9 Lawson 9 Saunders 9 Bradley 9 Elliott 9 Walsh 9 Burton 9 Lawrence 9 "
    "Spencer 9 Rose 8 Dawson 9 Armstrong 9 Watts 8 Carr 8 Wells 8 Hart 8 Porter 8 Hudson 8 Nicholson 8 Hayes 8 "
    "Pearce 7 Gardner 7 Perkins 7 Dunn 8 Barrett 7 Newman 7 Atkinson 9 Harper 7 Gregory 7 Webster 7 Holland 7 "
    "Todd 7 Booth 7 Hopkins 6 Lane 7 Cross 6 Arnold 6 Burns 6 Oliver 7 Warren 6 Hawkins 6 Townsend 5 Goodwin 5 "
    "Page 6 Potter 6 Sutton 6 Bishop 6 Reed 6 Wheeler 6 Stone 6 Bird 6 Francis 5 Nelson 5 Gilbert 6 Kaye 2 Birch "
    "3 Frost 4 Sharp 5 Winter 4 Bates 5 Barton 5 Yates 5 Austin 5 Miles 5 Parsons 5 Gill 5 Bull 4 Hobbs 4 Long 5 "
    "Storey 3 Norman 4 French 4 Norris 4 Osborne 4 Nash 4 Nicholls 4 Goddard 4 Lowe 5 Dean 5 Read 4 Curtis 5 Rowe "
    "4 Poole 4 Kemp 4 Cooke 5 Whitehead 5 Blackburn 4 Sanderson 4 Hardy 4 Stephenson 5 Slater 4 Garner 4 "
    "Schofield 4 Steele 4 Bentley 3 Sykes 4 Hargreaves 3 Haigh 2 Ogden 3 Naylor 3 Pickering 3 Ramsden 2 Sugden 2 "
    "Thackeray 1 Greenwood 4 Sheppard 3 Shepherd 3 Stewart 5 Steward 1 Philips 2 Phillips 12 Thomson 3 Tomlinson "
    "4 Read 3 Reid 4 Clark 6"
)
_PLACES = _words(
    "Ash Barn Beck Birch Black Brad Bran Broad Brom Burn Cald Car Chad Clay Cole Cran Dal Den Dray East Eller Elm "
    "Fair Farn Fen Fern Ful Garn Gold Graf Green Hag Ham Hart Hasel Hather Hazel Hel Hol Hor Huds Kirk Lang Led "
    "Lin Lock Long Lud Mar Mel Mid Mor Nether New North Nor Oak Old Or Pem Pick Pres Quar Rad Ram Red Rock Row "
    "Rush Sal Sand Sed Shar Shel Sil South Stan Stock Strat Sun Swin Tat Thorn Til Tor Under Wad Wake Wal War Wed "
    "West Whit Wick Wil Win With Wood Wor Wyn"
)
_PLACE_ENDS = _words(
    "ford ton ley worth field by shaw well wood bury ham stead more man ridge combe don bourne thwaite wick hurst "
    "cliffe croft dale den gate house ings land low mere over royd side stone ward water weather"
)
_ENGLISH_BORN = _words(
    "Northmere Saltby Harrowgate_Bay Millwick Eastholm Cranby Thornsea Netherby Ashlow Wexcombe Stonehythe "
    "Fairburn_Cross"
)

_IRISH = _even(
    "Murphy Kelly Walsh O'Brien Byrne Ryan O'Connor O'Sullivan Doyle McCarthy Gallagher Doherty Kennedy Lynch "
    "Murray Quinn Moore McLoughlin O'Carroll Connolly Daly O'Connell Wilson Dunne Brennan Burke Collins Campbell "
    "Clarke Johnston Hughes O'Farrell Fitzgerald Brown Martin Maguire Nolan Flynn Thompson O'Callaghan O'Donnell "
    "Duffy O'Mahony Boyle Healy O'Shea White Sweeney Hayes Kavanagh Power McGrath Moran Brady Stewart Casey Foley "
    "Fitzpatrick O'Leary McDonnell MacMahon Donnelly Regan Donovan Burns Flanagan Mullan Barry Kane Robinson "
    "Cunningham Griffin Kenny Sheehan Ward Whelan Lyons Reid Graham Higgins Cullen Keane King Maher MacKenna Bell "
    "Scott Hogan O'Keeffe Magee MacNamara MacDonald MacDermott Molony O'Rourke Buckley O'Dwyer O'Halloran "
    "Halloran O'Hara Hanlon Riordan Delaney Geraghty Mulligan"
)
_IRISH_MEN = _even(
    "Patrick Michael Sean John Liam James Conor Connor Declan Kieran Ciaran Brendan Kevin Daniel Thomas Martin "
    "Eamonn Dermot Gerard Niall Brian Aidan Colm Diarmuid Donal Finbar Fergal Cormac Padraig Seamus Cian Oisin "
    "Eoin Owen Shane Darragh Rory Noel"
)
_IRISH_WOMEN = _even(
    "Mary Bridget Siobhan Kathleen Margaret Aoife Niamh Sinead Orla Ciara Maureen Eileen Noreen Teresa Roisin "
    "Catriona Deirdre Fionnuala Grainne Bernadette Nuala Una Caoimhe Saoirse Aisling Eimear Mairead Shauna Sheila "
    "Geraldine Maeve"
)
_WELSH = _names(
    "Jones 138 Davies 90 Williams 88 Evans 60 Thomas 58 Roberts 38 Lewis 34 Hughes 34 Morgan 29 Griffiths 25 "
    "Edwards 24 Owen 18 James 18 Rees 16 Jenkins 16 Price 15 Morris 14 Richards 12 Lloyd 12 Phillips 12 Parry 9 "
    "Powell 9 Pritchard 7 Howells 6 Harris 8 Llewellyn 5 Bowen 5 Watkins 6 Bevan 4 Hopkins 5 Vaughan 4 Humphreys "
    "4 Rowlands 4 Gwilym 1 Probert 2 Prosser 2 Cadwallader 1 Bebb 1 Meredith 2 Beynon 2 Pugh 4 Ellis 5 Jarman 1 "
    "Treharne 1 Penry 1 Gethin 1 Ap_Rhys 0.3"
)
_WELSH_MEN = _even(
    "David Gareth Rhys Dylan Owen Huw Gwyn Aled Emyr Ieuan Iwan Dafydd Geraint Alun Evan Gethin Hywel Llew Sion "
    "Gruffydd Glyn Idris Ifan Mervyn Tomos Wyn Trefor Eifion Bryn Elwyn Rhodri Steffan Carwyn Osian Macsen Morgan "
    "Dewi"
)
_WELSH_WOMEN = _even(
    "Sian Rhian Megan Bethan Carys Cerys Nia Angharad Catrin Elin Ffion Gwen Gwenllian Lowri Mair Menna Myfanwy "
    "Rhiannon Rhona Seren Eleri Delyth Eirlys Glenys Gwyneth Heledd Manon Nerys Olwen Sioned Tegan Haf Lleucu Efa"
)
_SCOTTISH = _even(
    "Smith Brown Wilson Robertson Thomson Campbell Stewart Anderson Scott Murray MacDonald McDonald Reid Taylor "
    "Clark Ross Young Mitchell Watson Paterson Morrison Fraser Davidson Gray Henderson Johnston Duncan Graham "
    "Ferguson Kerr Cameron Davidson Hamilton Simpson Martin Marshall Kelly Grant Allan Black MacKenzie Mackay "
    "McLean MacLeod McKenzie Hunter Bell Wallace Gordon Kennedy Sutherland Gibson Millar Craig Munro Ritchie Muir "
    "Christie Crawford Sinclair Docherty McIntosh Burns Milne Watt Boyle Buchanan Moffat Lindsay Rennie Baird "
    "McGregor McMillan Cowan McFarlane Cairns Drummond Rankin"
)
_SCOTTISH_MEN = _even(
    "James John David Robert William Alexander Thomas Ian Iain Alan Andrew George Gordon Kenneth Stuart Stewart "
    "Scott Craig Colin Duncan Fraser Hamish Angus Alasdair Callum Calum Ross Euan Ewan Finlay Gregor Lewis "
    "Lachlan Malcolm Murdo Rory Blair"
)
_SCOTTISH_WOMEN = _even(
    "Margaret Elizabeth Catherine Fiona Morag Isla Ailsa Eilidh Kirsty Heather Shona Mhairi Catriona Lorna Isobel "
    "Agnes Jean Jessie Moira Rhona Sheena Aileen Kirsten Lesley Lynne Rona Senga Skye Iona Freya Ishbel Una"
)
_MUSLIM = _names(
    "Khan 80 Ahmed 66 Hussain 64 Ali 62 Begum 30 Akhtar 24 Mahmood 22 Malik 22 Iqbal 21 Shah 24 Mohammed 24 Miah "
    "22 Rahman 26 Islam 20 Uddin 19 Hussein 9 Ahmad 10 Bibi 14 Butt 12 Chaudhry 9 Choudhury 11 Chowdhury 10 Mirza "
    "8 Qureshi 10 Sheikh 9 Shaikh 5 Siddiqui 7 Rashid 9 Hassan 11 Aslam 10 Javed 9 Rafiq 7 Saleem 8 Yousaf 7 "
    "Yusuf 6 Zaman 7 Hamid 6 Haq 6 Anwar 7 Ashraf 7 Bashir 7 Dar 3 Farooq 7 Ghani 3 Karim 6 Latif 5 Majid 5 Nawaz "
    "6 Parveen 7 Raza 7 Sadiq 6 Sharif 6 Tariq 6 Waheed 3 Abbas 6 Akram 6 Alam 6 Arshad 6 Aziz 7 Baig 4 Hanif 5 "
    "Kausar 5 Khalid 6 Khatun 7 Mehmood 6 Nazir 5 Rehman 9 Riaz 5 Sultana 4 Ullah 5 Abdul_Rahman 2 Ansari 3 "
    "Bukhari 2 Kazmi 2 Naqvi 2 Haider 4 Zia 2 Munir 4 Rauf 2 Sarwar 4 Shabir 3 Talukder 2 Sikdar 1"
)
_MUSLIM_MEN = _even(
    "Mohammed Muhammad Mohammad Ahmed Ali Imran Hamza Usman Bilal Omar Umar Ibrahim Yusuf Yousuf Hassan Hussain "
    "Abdul Abdullah Tariq Asif Nadeem Shahid Khalid Rashid Zubair Faisal Kamran Adnan Amir Aamir Arif Sajid Waqas "
    "Wasim Waseem Zahid Zain Rizwan Haroon Junaid Farhan Fahad Irfan Nasir Naveed Saeed Salman Shafiq Sohail "
    "Tahir Yasin Yasir Abdul_Rahman Abdur_Rahim Shakil Jamal Kabir Mizanur Rafiqul Shofiqul Nazrul Anisur "
    "Ashraful Aminul Monir Syed Mahmud Qasim Ismail Idris Ayaan Zakariya"
)
_MUSLIM_WOMEN = _even(
    "Fatima Aisha Ayesha Zainab Maryam Mariam Khadija Shazia Nazia Rukhsana Nasreen Shabana Samina Farzana Sadia "
    "Saima Noreen Naseem Razia Rehana Parveen Shaheen Tahira Yasmin Yasmeen Zara Zahra Amina Aaliyah Hafsa Halima "
    "Hina Iqra Javeria Kiran Mehwish Misbah Nadia Nabila Rabia Robina Rubina Safia Sana Sanam Shahnaz Shamim "
    "Sumaira Sumaiya Tasleem Uzma Nasima Rahima Shirin Sultana Taslima Hosne Monwara Ruksana Anjum Bushra Asma"
)
_INDIAN = _names(
    "Singh 90 Patel 88 Kaur 60 Sharma 22 Kumar 24 Shah 18 Gill 12 Sandhu 11 Dhillon 10 Desai 8 Mistry 9 Parmar 8 "
    "Chauhan 8 Mehta 7 Joshi 7 Gupta 7 Verma 6 Rao 6 Reddy 6 Nair 5 Iyer 3 Menon 3 Pillai 4 Sidhu 8 Grewal 6 "
    "Bains 6 Bhatti 6 Johal 5 Dhaliwal 6 Virdi 4 Chana 4 Sahota 4 Kang 4 Atwal 4 Randhawa 4 Solanki 4 Thakkar 3 "
    "Vyas 3 Trivedi 3 Pandya 4 Bhatt 4 Chopra 4 Kapoor 4 Khanna 3 Malhotra 3 Arora 4 Bansal 2 Agarwal 4 Banerjee "
    "3 Mukherjee 3 Das 5 Ghosh 3 Sen 3 Dutta 3 Bose 2 Fernando 3 Perera 4 Silva 3 Sivakumar 2 Rajendran 2 "
    "Krishnan 3 Subramaniam 2 Tharmalingam 1 Nadarajah 1 Thapa 3 Gurung 4 Rai 4"
)
_INDIAN_MEN = _even(
    "Rajesh Sanjay Amit Ravi Anil Sunil Vijay Suresh Ramesh Mahesh Dinesh Mukesh Harpreet Gurpreet Manpreet "
    "Jaspreet Amandeep Balwinder Jaswinder Kulwinder Sukhwinder Satnam Surinder Rajinder Harjit Baljit Manjit "
    "Ranjit Amarjit Gurdeep Hardeep Kuldeep Kiran Nikhil Rahul Rohan Arjun Aryan Dev Jay Krishna Manish Neel "
    "Nitin Pradeep Prakash Rakesh Sachin Sandeep Shyam Vikram Vinod Vishal Bhavesh Chirag Hitesh Jignesh Ketan "
    "Mitesh Paresh Aarav Ishaan Karan Kunal"
)
_INDIAN_WOMEN = _even(
    "Priya Anita Sunita Meena Rekha Kavita Nisha Pooja Neha Anjali Deepa Geeta Gita Harpreet Gurpreet Manpreet "
    "Jaspreet Amandeep Balwinder Jaswinder Kulwinder Sukhwinder Surinder Rajinder Harjit Baljit Manjit Kamaljit "
    "Parminder Simran Kiran Jyoti Lata Manisha Mina Nita Pallavi Radha Reena Rina Sangita Sapna Seema Shilpa "
    "Smita Sonal Sonia Swati Usha Varsha Vandana Bhavna Hema Jaya Kalpana Lakshmi Nalini Rani Riya Ananya Diya "
    "Shreya Tanvi"
)
_POLISH = _even(
    "Nowak Kowalski Wisniewski Wójcik Kowalczyk Kaminski Lewandowski Zielinski Szymanski Wozniak Dabrowski "
    "Kozlowski Jankowski Mazur Wojciechowski Kwiatkowski Krawczyk Kaczmarek Piotrowski Grabowski Zajac Pawlowski "
    "Michalski Krol Wieczorek Jablonski Wrobel Nowakowski Majewski Olszewski Stepien Malinowski Jaworski Adamczyk "
    "Dudek Nowicki Pawlak Gorski Witkowski Walczak Sikora Baran Rutkowski Michalak Szewczyk Ostrowski Tomaszewski "
    "Pietrzak Zalewski Wroblewski Marciniak Jasinski Zawadzki Bak Jakubowski Sadowski Duda Chmielewski Wlodarczyk "
    "Borkowski Czarnecki Sawicki Sokolowski Urbanski Kubiak Maciejewski Szczepanski Kucharski Wilk Kalinowski Lis "
    "Mazurek Wysocki Adamski Kazmierczak Wasilewski Sobczak Czerwinski Andrzejewski Cieslak Glowacki"
)
_POLISH_MEN = _even(
    "Piotr Krzysztof Andrzej Tomasz Pawel Jan Michal Marcin Jakub Adam Marek Lukasz Grzegorz Mateusz Wojciech "
    "Mariusz Dariusz Zbigniew Rafal Robert Maciej Kamil Jacek Dawid Szymon Kacper Jerzy Bartosz Artur Sebastian "
    "Przemyslaw Damian Patryk Daniel Karol Sylwester Slawomir Radoslaw Arkadiusz Miroslaw Janusz Ryszard Wieslaw "
    "Bogdan Leszek Filip Hubert Igor Oskar Witold"
)
_POLISH_WOMEN = _even(
    "Anna Katarzyna Maria Malgorzata Agnieszka Barbara Ewa Krystyna Magdalena Elzbieta Joanna Aleksandra Zofia "
    "Monika Teresa Natalia Julia Karolina Marta Beata Dorota Alicja Jolanta Grazyna Iwona Paulina Justyna Halina "
    "Zuzanna Danuta Wiktoria Patrycja Sylwia Izabela Kinga Weronika Edyta Renata Urszula Bozena Hanna Oliwia "
    "Dominika Aneta Ilona Marzena Kamila"
)
_ARABIC = _even(
    "al-Hassan Hassan Hussein Ahmed Ali Mohamed Ibrahim al-Masri Khalil Mahmoud Saleh Nasser Haddad Khoury "
    "al-Khatib Mansour Abdullah Abdel_Rahman El_Sayed El-Masry Mustafa Osman Omar Said Salim Suleiman Yousef "
    "Younis Zidan Hamdan Hamad al-Jabouri al-Tikriti al-Bayati al-Saadi al-Zahrani Bakr Darwish Fayed Farah "
    "Ghanem Habib Issa Jaber Kassem Karam Najjar Nasr Qasim Rahal Rashid Saad Sabbagh Shaheen Sharif Taha Tawfiq "
    "Wahab Yassin Zaki al-Sharif el-Amin Benali Bouazizi Boutros Chaouch Mansouri Warsame Abdi"
)
_ARABIC_MEN = _even(
    "Mohamed Ahmed Ali Hassan Hussein Mahmoud Mustafa Omar Khaled Ibrahim Youssef Abdullah Abdulrahman "
    "Abdel_Karim Samir Karim Tarek Walid Yasser Ziad Ammar Anwar Bassam Fadi Faris Ghassan Haitham Hamid Hani "
    "Imad Jamal Kamal Majid Mazen Munir Nabil Nader Nasser Qasim Rami Rashid Saad Salah Salim Sami Suleiman Tariq "
    "Yahya Zayd Mehdi Rachid Abdirahman Mohamud"
)
_ARABIC_WOMEN = _even(
    "Fatima Aisha Maryam Zainab Layla Leila Nour Noor Amal Amina Dalia Dina Farah Hala Hanan Hiba Huda Iman "
    "Jamila Khadija Lina Maha Mona Nadia Nawal Rana Rania Rasha Reem Rima Salma Samira Sana Sara Sawsan Suha Wafa "
    "Yasmin Zahra Hodan Ifrah Sagal"
)
_AFRICAN = _even(
    "Williams Brown Campbell Johnson Francis Clarke Henry Grant Joseph Gordon Reid Bailey Morgan Lewis Edwards "
    "Adeyemi Okafor Mensah Owusu Boateng Osei Asante Okonkwo Nwosu Eze Adebayo Ogunleye Balogun Oyelaran Afolabi "
    "Akande Appiah Acheampong Addo Agyeman Amoah Ansah Danso Frimpong Ofori Opoku Sarpong Yeboah Kamara Sesay "
    "Koroma Bangura Conteh Diallo Jallow Ceesay Moyo Ncube Dube Ndlovu Sibanda Chikwanha Mutasa Kabila Tshibangu "
    "Mwangi Otieno Wanjiku Tesfaye Haile Gebre Berhane Chukwu Igwe Obi Uzor Nnamdi Emenike"
)
_AFRICAN_MEN = _even(
    "Marcus Leon Jermaine Tyrone Kwame Kofi Kwesi Emmanuel Samuel Daniel Joseph Michael Chinedu Emeka Ikechukwu "
    "Obinna Tunde Femi Segun Babatunde Olumide Ayodele Kojo Yaw Nana Ibrahim Lamin Alhaji Tendai Tafadzwa Farai "
    "Devon Winston Delroy Clive Errol Jerome Andre Dwayne Reuben Isaiah Elijah Malachi Tremaine Kieron"
)
_AFRICAN_WOMEN = _even(
    "Grace Mercy Blessing Joy Patience Comfort Abena Ama Akosua Efua Adwoa Esi Ngozi Chioma Amaka Ifeoma Nneka "
    "Chidinma Folake Funmilayo Yetunde Temitope Aminata Fatou Mariama Rudo Chipo Nyasha Marcia Beverley Sonia "
    "Yvonne Paulette Claudette Shanice Kezia Naomi Esther Ruth Deborah Keisha Tanisha"
)


def _ages(one: Names) -> tuple[Names, Names, Names]:
    return (one, one, one)


_POLISH_STARTS = _words(
    "Adam Bar Biel Bog Bor Brzez Chmiel Czar Dab Dob Dom Gab Gaj Gor Grab Jar Jaw Kal Kam Kos Koz Krak Kras Kub "
    "Kw Lesz Lip Lub Mal Mar Mich Mor Ol Ost Paw Piet Rad Rak Ros Rud Sad Saw Sob Sok Stan Szcz Tom Turk Urb Wal "
    "Wier Wis Wol Zak Zal Zar Ziel"
)
_POLISH_ENDS = _words("ski icki owski ewski inski czak czyk czynski ak ek anski owicz iewicz alski onski")
_IRISH_STARTS = _words("O' Mc Mac Fitz Kil Gil Mul Cal Dona Fla Hen Kea Lena Tier Shee Hur")
_IRISH_ENDS = _words(
    "gan nery han lan ley ney nagh ligan rick shane ghan garry velly mara corry donald loughlin hill grew kenny "
    "roe lone nulty guire"
)
_SCOTS_ENDS = _words(
    "Alister Arthur Aulay Bain Bride Call Caskill Clure Coll Corquodale Crae Dougall Eachern Ewan Fadyen "
    "Gillivray Glashan Innes Intyre Ivor Kechnie Kellar Kinnon Lachlan Laren Lellan Leish Nab Naughton Neill "
    "Phail Pherson Quarrie Queen Rae Taggart Tavish Vey Vicar"
)
_INDIAN_STARTS = _words(
    "Raj Vij Hari Ram Siv Krishn Jay Nat Ven Sri Chandr Mohan Gan Pad Sub Bal Dev Kal Man Pra Sun Tir Vas Lak Mur Nar"
)
_INDIAN_ENDS = _words(
    "kumar endran asamy wani dhani esh wala ani wal natha palan singham ratnam raju murthy prasad gopal nathan dran"
)
_MUSLIM_STARTS = _words("Abd Ahm Anw Far Gul Hab Jal Kam Mah Mas Muz Nas Qad Rafi Sal Sham Shar Tah Waz Zah Zul")
_MUSLIM_ENDS = _words("ullah uddin zada yar nawaz khan bek zai oor eem ani iri atullah mand dar shah pur ghani")
_AFRICAN_STARTS = _words(
    "Ade Aki Ola Olu Oye Oko Chi Nwa Uche Eze Ebo Kwa Man Mba Ndi Ntu Saku Tshi Zim Gbe Ayo Bam Ige"
)
_AFRICAN_ENDS = _words(
    "yemi bola wale kunle sanya dele ghe kwu neke buike ogu ezi mbo lele zana kobo toye yinka mide seun dara"
)

COMMUNITIES: tuple[Community, ...] = (
    Community(
        share=64, surnames=_ENGLISH_SURNAMES, men=_ENGLISH_MEN, women=_ENGLISH_WOMEN, starts=_PLACES,
        ends=_PLACE_ENDS, composed=0.52, birthplaces=_ENGLISH_BORN,
    ),
    Community(
        share=6, surnames=_IRISH, men=_ages(_IRISH_MEN), women=_ages(_IRISH_WOMEN), starts=_IRISH_STARTS,
        ends=_IRISH_ENDS, composed=0.12, ethnicity="W2", birthplaces=("Dublin", "Cork", "Galway", "Northmere"),
        british_given=0.3,
    ),
    Community(
        share=5, surnames=_WELSH, men=_ages(_WELSH_MEN), women=_ages(_WELSH_WOMEN), british_given=0.5,
        birthplaces=("Swansea", "Bangor", "Northmere"),
    ),
    Community(
        share=6, surnames=_SCOTTISH, men=_ages(_SCOTTISH_MEN), women=_ages(_SCOTTISH_WOMEN), starts=("Mac", "Mc"),
        ends=_SCOTS_ENDS, composed=0.18, british_given=0.3, birthplaces=("Dundee", "Paisley", "Northmere"),
    ),
    Community(
        share=6, surnames=_MUSLIM, men=_ages(_MUSLIM_MEN), women=_ages(_MUSLIM_WOMEN), starts=_MUSLIM_STARTS,
        ends=_MUSLIM_ENDS, composed=0.18, ethnicity="A2", seen_as="IC4",
        birthplaces=("Mirpur", "Lahore", "Sylhet", "Northmere", "Saltby"),
    ),
    Community(
        share=4.5, surnames=_INDIAN, men=_ages(_INDIAN_MEN), women=_ages(_INDIAN_WOMEN), starts=_INDIAN_STARTS,
        ends=_INDIAN_ENDS, composed=0.2, ethnicity="A1", seen_as="IC4",
        birthplaces=("Jalandhar", "Ahmedabad", "Leicester", "Northmere"),
    ),
    Community(
        share=4, surnames=_POLISH, men=_ages(_POLISH_MEN), women=_ages(_POLISH_WOMEN), starts=_POLISH_STARTS,
        ends=_POLISH_ENDS, composed=0.35, ethnicity="W9", seen_as="IC1",
        birthplaces=("Gdansk", "Lodz", "Krakow", "Poznan"),
    ),
    Community(
        share=1.8, surnames=_ARABIC, men=_ages(_ARABIC_MEN), women=_ages(_ARABIC_WOMEN), ethnicity="O2", seen_as="IC6",
        birthplaces=("Basra", "Damascus", "Cairo", "Mogadishu", "Northmere"),
    ),
    Community(
        share=2.7, surnames=_AFRICAN, men=_ages(_AFRICAN_MEN), women=_ages(_AFRICAN_WOMEN), starts=_AFRICAN_STARTS,
        ends=_AFRICAN_ENDS, composed=0.2, ethnicity="B2", seen_as="IC3", british_given=0.25,
        birthplaces=("Kingston", "Lagos", "Accra", "Northmere", "Millwick"),
    ),
)  # fmt: skip
SHARES: tuple[float, ...] = tuple(accumulate(community.share for community in COMMUNITIES))
ENGLISH = COMMUNITIES[0]
NICKNAMES: tuple[str, ...] = _words(
    "Tiny Ginge Smiler Dutch Speedy Bones Lofty Moose Jonno Smudge Rocky Blue Ghost Doc Sparky Buster Duke Ace "
    "Fingers Shorty Badger"
)
